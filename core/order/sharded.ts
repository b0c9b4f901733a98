/** What an index has under all of the keys of one thing, in the order of the order ids. */
import { QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import { keysOf } from "./order.table.ts";

type Shard = Pick<QueryCommandInput, "KeyConditionExpression" | "ExpressionAttributeValues"> & {
  ExpressionAttributeNames?: Record<string, string>;
};
type Wanted = {
  index: "byOpen" | "byEnded";
  /** What the orders belong to, without a shard. */
  of: string;
  /** Newest first; oldest first without. */
  newestFirst?: boolean;
  /** Items that a shard is asked for at a time; as many as fit an answer without. */
  limit?: number | undefined;
  shard: (key: string) => Shard;
};

async function* one({ index, newestFirst = false, limit, shard }: Wanted, key: string): AsyncGenerator<Item> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await db().send(
      new QueryCommand({
        TableName: table("Orders"),
        IndexName: index,
        ...shard(key),
        ScanIndexForward: !newestFirst,
        Limit: limit,
        ExclusiveStartKey,
      }),
    );
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

/** Each shard is read in the index's own order, so the next item is the first of the shards' next ones. */
export async function* sharded(wanted: Wanted): AsyncGenerator<Item> {
  const before = (a: Item, b: Item) => (wanted.newestFirst ? a.orderId > b.orderId : a.orderId < b.orderId);
  const sources = keysOf(wanted.of).map((key) => one(wanted, key));
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first = -1;
    for (const [n, head] of heads.entries())
      if (!head.done && (first < 0 || before(head.value, heads[first]?.value))) first = n;
    if (first < 0) return;
    yield heads[first]?.value;
    heads[first] = (await sources[first]?.next()) as IteratorResult<Item>;
  }
}
