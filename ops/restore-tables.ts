/** Sets tables back to their copies: every item that differs is written, every item that is not in the copy is deleted. */
import { isDeepStrictEqual } from "node:util";
import { BatchWriteCommand, type BatchWriteCommandInput, paginateScan } from "@aws-sdk/lib-dynamodb";
import { sleep } from "#core/lib/clock.ts";
import { db, type Item, type Table, table } from "#core/lib/dynamo.ts";
import { Mistake } from "./command.ts";

type Write = NonNullable<BatchWriteCommandInput["RequestItems"]>[string][number];
export type Difference = { table: Table; put: number; deleted: number; same: number };
type Restore = { suffix: string; apply: boolean; look?: (items: number) => void };

export const TABLES: Table[] = ["Catalog", "Accounts", "Orders", "Seats"];

const nameOf = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);

async function* scan(TableName: string): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateScan({ client: db() }, { TableName, ConsistentRead: true })) yield* Items;
}

const load = async (name: string): Promise<Map<string, Item>> => {
  const items = new Map<string, Item>();
  try {
    for await (const item of scan(name)) items.set(nameOf(item), item);
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") throw new Mistake(`There is no table ${name}.`);
    throw error;
  }
  return items;
};

/** The writes have no condition, because nothing else may write in the meantime. A repetition has no further effect. */
const write = async (name: string, requests: Write[]): Promise<void> => {
  for (let at = 0; at < requests.length; at += 25) {
    let left: Write[] = requests.slice(at, at + 25);
    for (let tries = 0; left.length > 0; tries++) {
      if (tries > 0) await sleep(50 * 2 ** Math.min(tries, 6));
      const { UnprocessedItems } = await db().send(new BatchWriteCommand({ RequestItems: { [name]: left } }));
      left = UnprocessedItems?.[name] ?? [];
    }
  }
};

const restore = async (of: Table, { suffix, apply, look }: Restore): Promise<Difference> => {
  const live = table(of);
  const copy = await load(`${live}${suffix}`);
  const difference = { table: of, put: 0, deleted: 0, same: 0 };
  let requests: Write[] = [];
  let looked = 0;
  const flush = async () => {
    if (apply) await write(live, requests);
    requests = [];
  };
  const add = async (request: Write) => {
    requests.push(request);
    if (requests.length === 25) await flush();
  };
  for await (const item of scan(live)) {
    look?.(++looked);
    const name = nameOf(item);
    const before = copy.get(name);
    copy.delete(name);
    if (!before) {
      difference.deleted++;
      await add({ DeleteRequest: { Key: { pk: item.pk, sk: item.sk } } });
    } else if (isDeepStrictEqual(before, item)) difference.same++;
    else {
      difference.put++;
      await add({ PutRequest: { Item: before } });
    }
  }
  for (const item of copy.values()) {
    difference.put++;
    await add({ PutRequest: { Item: item } });
  }
  await flush();
  return difference;
};

/** Restores each table from its copy, whose name has the suffix. A copy is kept in memory while its table is compared. */
export const restoreTables = async (options: Restore): Promise<Difference[]> => {
  const differences: Difference[] = [];
  for (const of of TABLES) differences.push(await restore(of, options));
  return differences;
};
