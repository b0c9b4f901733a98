/**
 * Lambda's event source mapping for a DynamoDB stream, one for each consumer. Records come in order within a shard, and a shard after its
 * parent. stream-delivery.ts hands them to the function.
 */
import {
  type _Record,
  DescribeStreamCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import { naps, oneAtATime, type Poller, report } from "./poller.ts";
import { createDelivery, type StreamOptions } from "./stream-delivery.ts";

/** The checkpoint of a shard that was read to its end: its children can be read. */
const DONE = "done";

type Reader = { iterator: string | undefined; buffer: _Record[] };

export const createStreamPoller = (options: StreamOptions): Poller => {
  const { client, streamArn, checkpoint } = options;
  const readers = new Map<string, Reader>();
  const alone = oneAtATime();
  const pause = naps();
  let running = false;
  let stopping = false;
  let loop = Promise.resolve();
  const handOver = createDelivery(options, pause, () => stopping);
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
      handled += await handOver(shardId, records);
      reader.iterator = page.NextShardIterator;
      if (records.length === 0 && reader.iterator) return handled;
    }
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
