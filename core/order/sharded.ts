/** The items that an index has under all keys of one thing, sorted by order id. */
import { QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import { keysOf } from "./shards.table.ts";

type Shard = Pick<
  QueryCommandInput,
  "KeyConditionExpression" | "ExpressionAttributeValues" | "ProjectionExpression"
> & {
  ExpressionAttributeNames?: Record<string, string>;
};
type Wanted = {
  index: "byOpen" | "byEnded";
  /** The key, without its shard. */
  of: string;
  /** Newest first; without it oldest first. */
  newestFirst?: boolean;
  /** Items per query of a shard; without it as many as fit into an answer. */
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

/** Merges the shards. Each is sorted, so the next item is the first of their next ones. */
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
