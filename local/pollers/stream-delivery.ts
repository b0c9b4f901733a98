/**
 * The records of a shard on their way to the function. A failed batch is split in two and tried again until the failing record is alone.
 * That record is given up after its retries, so that it does not block the records behind it.
 */
import type { _Record, DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { Checkpoint } from "./checkpoint.ts";
import { matches } from "./filter.ts";
import { type naps, report, reported } from "./poller.ts";

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

export const createDelivery = (options: StreamOptions, pause: ReturnType<typeof naps>, isStopping: () => boolean) => {
  const { streamArn, batchSize, checkpoint, backoff = 100 } = options;

  /** Hands over the records that the filters choose, in batches. Returns their number. */
  const handOver = async (shardId: string, records: _Record[]): Promise<number> => {
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

  /** Delivers records in order until each has succeeded or was given up. `failures`: how often the first record has failed so far. */
  const deliver = async (shardId: string, records: _Record[], failures: number): Promise<void> => {
    const first = await attempt(records);
    if (first > 0) checkpoint.set(shardId, records[first - 1]?.dynamodb?.SequenceNumber ?? "");
    if (first === records.length) return;
    const rest = records.slice(first);
    const failed = first > 0 ? 1 : failures + 1;
    if (isStopping()) throw new Error("stopped before the retry: it comes again after a restart");
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

  return handOver;
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
