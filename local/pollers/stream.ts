/**
 * Lambda's event source mapping for a DynamoDB stream, one for each consumer. Records come in order within a shard, and a shard after its
 * parent. The filters choose them. A failed batch is split in two and tried again until the failing record is alone. That record is given
 * up after its retries, so that it does not block the records behind it.
 */
import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { Checkpoint } from "./checkpoint.ts";
import { matches } from "./filter.ts";
import { naps, oneAtATime, type Poller, report, reported } from "./poller.ts";

export type StreamOptions = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  batchSize: number;
  /** The number of retries after a record's first failure. */
  retries: number;
  filters: readonly object[];
  checkpoint: Checkpoint;
  handle: (event: DynamoDBStreamEvent) => Promise<unknown>;
  /** Receives what Lambda sends to its on-failure destination for a record that was given up. */
  deadLetter?: (letter: Letter) => Promise<unknown>;
  /** The pause between two reads of an idle stream, ms. */
  interval?: number;
  /** The pause before the first retry, ms. It doubles at each further one, up to 5 s. */
  backoff?: number;
};

/** The checkpoint of a shard that was read to its end: its children can be read. */
const DONE = "done";

/** The position of a record that a consumer gave up, as Lambda reports it. The record's content is not in it. */
export type Letter = {
  version: string;
  timestamp: string;
  requestContext: { functionArn?: string; condition: string };
  DDBStreamBatchInfo: {
    shardId: string;
    startSequenceNumber: string;
    endSequenceNumber: string;
    batchSize: number;
    streamArn: string;
  };
};

type Reader = { iterator: string | undefined; buffer: _Record[] };

export const createStreamPoller = (options: StreamOptions): Poller => {
  const { client, streamArn, batchSize, checkpoint, backoff = 100 } = options;
  const readers = new Map<string, Reader>();
  const alone = oneAtATime();
  const pause = naps();
  let running = false;
  let stopping = false;
  let loop = Promise.resolve();
  let known: { shards: Shard[]; at: number } = { shards: [], at: 0 };

  const shards = async (): Promise<Shard[]> => {
    // A closed shard shows at once, by its iterator. New shards are looked for every second.
    if (Date.now() - known.at < 1_000) return known.shards;
    const all: Shard[] = [];
    let after: string | undefined;
    do {
      const page = await client.send(new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: after }));
      all.push(...(page.StreamDescription?.Shards ?? []));
      after = page.StreamDescription?.LastEvaluatedShardId;
    } while (after);
    known = { shards: all, at: Date.now() };
    return all;
  };

  const iterator = async (shardId: string): Promise<string | undefined> => {
    const after = checkpoint.get(shardId);
    const from = (start: object) =>
      client.send(new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shardId, ...(start as Start) }));
    type Start = { ShardIteratorType: "TRIM_HORIZON" };
    const oldest = { ShardIteratorType: "TRIM_HORIZON" };
    if (!after) return (await from(oldest)).ShardIterator;
    try {
      return (await from({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after })).ShardIterator;
    } catch (error) {
      if (error instanceof TrimmedDataAccessException) return (await from(oldest)).ShardIterator;
      throw error;
    }
  };

  /** Reads one shard until there is nothing more now. Returns the number of records handed over. */
  const readShard = async (shardId: string): Promise<number> => {
    const reader = readers.get(shardId) ?? { iterator: await iterator(shardId), buffer: [] };
    readers.set(shardId, reader);
    for (let handled = 0; ; ) {
      if (stopping) return handled;
      if (!reader.iterator) {
        checkpoint.set(shardId, DONE);
        known.at = 0;
        return handled;
      }
      const page = await client.send(new GetRecordsCommand({ ShardIterator: reader.iterator, Limit: 1000 }));
      const records = page.Records ?? [];
      handled += await process(shardId, records);
      reader.iterator = page.NextShardIterator;
      if (records.length === 0 && reader.iterator) return handled;
    }
  };

  const process = async (shardId: string, records: _Record[]): Promise<number> => {
    let handled = 0;
    const wanted = records.filter((record) => matches(options.filters, record));
    for (let at = 0; at < wanted.length; at += batchSize) {
      const batch = wanted.slice(at, at + batchSize);
      await deliver(shardId, batch, 0);
      handled += batch.length;
    }
    const last = records.at(-1)?.dynamodb?.SequenceNumber;
    if (last) checkpoint.set(shardId, last); // also past records that the filters left out
    return handled;
  };

  /** Delivers records in order until each has succeeded or was given up. `failures`: of the first record so far. */
  const deliver = async (shardId: string, records: _Record[], failures: number): Promise<void> => {
    const first = await attempt(records);
    if (first > 0) checkpoint.set(shardId, records[first - 1]?.dynamodb?.SequenceNumber ?? "");
    if (first === records.length) return;
    const rest = records.slice(first);
    const failed = first > 0 ? 1 : failures + 1;
    if (stopping) throw new Error("stopped before the retry: it comes again after a restart");
    if (failed > options.retries && rest.length === 1) return giveUp(shardId, rest);
    await pause.sleep(Math.min(backoff * 2 ** (failed - 1), 5_000));
    // Splitting a batch does not count as a retry, so that records next to a failing one keep their retries.
    if (rest.length === 1) return deliver(shardId, rest, failed);
    const middle = Math.ceil(rest.length / 2);
    await deliver(shardId, rest.slice(0, middle), middle === 1 ? failed : 0);
    await deliver(shardId, rest.slice(middle), 0);
  };

  /** The number of records that succeeded, from the first. The function reports failures by sequence number, and the lowest counts. */
  const attempt = async (records: _Record[]): Promise<number> => {
    const ids = records.map((record) => record.dynamodb?.SequenceNumber ?? "");
    try {
      const failed = reported(await options.handle({ Records: records.map((r) => toRecord(r, streamArn)) }), ids);
      if (failed === "all") return 0;
      const first = ids.findIndex((id) => failed.has(id));
      return first < 0 ? records.length : first;
    } catch (error) {
      report("batch failed", { source: streamArn, records: ids.length, error: String(error) });
      return 0;
    }
  };

  const giveUp = async (shardId: string, [record]: _Record[]): Promise<void> => {
    const sequenceNumber = record?.dynamodb?.SequenceNumber ?? "";
    await options.deadLetter?.(letterOf(streamArn, shardId, sequenceNumber));
    report("record given up", { source: streamArn, shardId, sequenceNumber, keys: record?.dynamodb?.Keys });
    checkpoint.set(shardId, sequenceNumber);
  };

  const pass = async (): Promise<number> => {
    let handled = 0;
    for (const shard of await shards()) {
      const { ShardId: id = "", ParentShardId: parent } = shard;
      const parentIsThere = known.shards.some((other) => other.ShardId === parent);
      if (checkpoint.get(id) === DONE || (parent && parentIsThere && checkpoint.get(parent) !== DONE)) continue;
      try {
        handled += await readShard(id);
      } catch (error) {
        readers.delete(id); // it begins again after the checkpoint
        known.at = 0;
        if (stopping) return handled;
        if (!(error instanceof ExpiredIteratorException || error instanceof TrimmedDataAccessException)) throw error;
      }
    }
    return handled;
  };

  const forever = async () => {
    while (running) {
      try {
        await alone(pass);
      } catch (error) {
        report("stream poller", { source: streamArn, error: String(error) });
        await pause.sleep(500);
      }
      if (running) await pause.sleep(options.interval ?? 75);
    }
  };

  return {
    start: () => {
      if (running) return;
      running = true;
      stopping = false;
      loop = forever();
    },
    drain: async () => {
      known.at = 0;
      for (let total = 0; ; ) {
        const handled = await alone(pass);
        total += handled;
        if (handled === 0 && known.at > 0) return total;
      }
    },
    stop: async () => {
      running = false;
      stopping = true;
      pause.wake();
      await loop;
      await alone(async () => {});
      await checkpoint.flush();
      stopping = false;
    },
  };
};

// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
const letterOf = (streamArn: string, shardId: string, sequence: string): Letter => ({
  version: "1.0",
  timestamp: new Date().toISOString(),
  requestContext: { condition: "RetryAttemptsExhausted" },
  DDBStreamBatchInfo: { shardId, startSequenceNumber: sequence, endSequenceNumber: sequence, batchSize: 1, streamArn },
});

const toRecord = (record: _Record, streamArn: string): DynamoDBRecord => {
  const { dynamodb: change, ...rest } = record;
  // Lambda passes the time in seconds, and binary values as base64.
  const at = change?.ApproximateCreationDateTime;
  return {
    ...rest,
    eventSourceARN: streamArn,
    dynamodb: { ...change, ...(at && { ApproximateCreationDateTime: at.getTime() / 1000 }) },
  } as unknown as DynamoDBRecord;
};
