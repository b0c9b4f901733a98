/** Reads and writes of many items of a table. Not atomic: the items come in batches, and what DynamoDB leaves out of one is sent again. */
import { BatchGetCommand, BatchWriteCommand, type BatchWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { sleep } from "./clock.ts";
import { db, type Item, type Table, table } from "./dynamo.ts";
import { below } from "./ids.ts";

type BatchWrite = NonNullable<BatchWriteCommandInput["RequestItems"]>[string][number];

const pause = (attempt: number): Promise<void> => sleep(10 * 2 ** Math.min(attempt, 6) + below(20));

type Reading = {
  consistent?: boolean;
  /** The attributes to read. Default: all. */
  only?: string[];
};

/** Any number of items of a table by their keys, in no order, 100 per request, 8 requests at a time. Items that do not exist are left out. */
export const getAll = async (
  name: Table,
  keys: Item[],
  { consistent = false, only }: Reading = {},
): Promise<Item[]> => {
  const TableName = table(name);
  const projection = only && {
    ProjectionExpression: only.map((attribute) => `#${attribute}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(only.map((attribute) => [`#${attribute}`, attribute])),
  };
  const found: Item[] = [];
  const rest = [...keys];
  const work = async () => {
    for (let Keys = rest.splice(0, 100); Keys.length > 0; Keys = rest.splice(0, 100)) {
      for (let attempt = 0; Keys.length > 0; attempt++) {
        if (attempt > 0) await pause(attempt);
        const { Responses, UnprocessedKeys } = await db().send(
          new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: consistent, ...projection } } }),
        );
        found.push(...(Responses?.[TableName] ?? []));
        Keys = UnprocessedKeys?.[TableName]?.Keys ?? [];
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(8, Math.ceil(keys.length / 100)) }, work));
  return found;
};

/** Up to 100 items as last written, in the order of their keys. */
export const getEach = async (name: Table, keys: Item[]): Promise<(Item | undefined)[]> => {
  const items = await getAll(name, keys, { consistent: true });
  return keys.map(({ pk, sk }) => items.find((item) => item.pk === pk && item.sk === sk));
};

/** Puts any number of items, without conditions. */
export const putAll = (name: Table, items: Item[]): Promise<void> =>
  writeAll(
    name,
    items.map((Item) => ({ PutRequest: { Item } })),
  );

/** Deletes any number of items by their keys, without conditions. */
export const deleteAll = (name: Table, keys: Item[]): Promise<void> =>
  writeAll(
    name,
    keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
  );

/** 25 writes per request, 8 requests at a time. */
const writeAll = async (name: Table, writes: BatchWrite[]): Promise<void> => {
  const TableName = table(name);
  const rest = [...writes];
  const work = async () => {
    for (let batch = rest.splice(0, 25); batch.length > 0; batch = rest.splice(0, 25)) {
      for (let attempt = 0; batch.length > 0; attempt++) {
        if (attempt > 0) await pause(attempt);
        const { UnprocessedItems } = await db().send(new BatchWriteCommand({ RequestItems: { [TableName]: batch } }));
        batch = UnprocessedItems?.[TableName] ?? [];
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(8, Math.ceil(writes.length / 25)) }, work));
};
