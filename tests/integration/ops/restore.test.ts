/** A rehearsal of a restore from point-in-time recovery: which data the restored tables lack, and how it is corrected. */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { db, table } from "#core/lib/dynamo.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { readLedgers } from "#ops/audit/read-ledgers.ts";
import { explainLedger } from "#ops/explain-ledger.ts";
import { restoreTables, TABLES } from "#ops/restore-tables.ts";
import { bank } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

let sold: Awaited<ReturnType<typeof bank>>;
let buy: ReturnType<typeof shop>;
let eventId: string;

beforeAll(async () => {
  sold = await bank();
  buy = shop(sold.stage);
  ({ eventId } = await sold.stage.event());
});

const suffix = "-restored";
const card = { method: "card", card: { token: "tok_approve" } };

/** The result of RestoreTableToPointInTime: a table beside each, with the items of that second. */
const copyTables = async () => {
  for (const of of TABLES) {
    const name = `${table(of)}${suffix}`;
    const key = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
    await db().send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [key("pk"), key("sk")],
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }) as never,
    );
    const { Items = [] } = await db().send(new ScanCommand({ TableName: table(of), ConsistentRead: true }));
    for (let at = 0; at < Items.length; at += 25) {
      const puts = Items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      await db().send(new BatchWriteCommand({ RequestItems: { [name]: puts } }));
    }
  }
};

const buyer = async (): Promise<User> => {
  const user = await sold.stage.user();
  await sold.stage.call("POST /v1/wallet/charges", { token: user.token, body: { amount: 50_000 } });
  return user;
};

const buys = async (user: User, pay: object): Promise<string> => {
  const { orderId } = await buy.held(user, { eventId, pick: { quantity: 2 } });
  await buy.pay(user, orderId, pay);
  await sold.stage.drain();
  expect(await buy.get(user, orderId)).toMatchObject({ status: "confirmed" });
  return orderId;
};

const found = async () => violations(audit(await read({ now: Date.now() })));

test("tables restored to an earlier second are repaired from the gateway's ledger, which went on", {
  timeout: 60_000,
}, async () => {
  const [early, refunded, holding, late, points] = await Promise.all([buyer(), buyer(), buyer(), buyer(), buyer()]);
  const kept = await buys(early, { method: "points" });
  const returned = await buys(refunded, card);
  const { orderId: held } = await buy.held(holding, { eventId, pick: { quantity: 1 } });
  expect(await found()).toEqual([]);

  await copyTables();
  // what happens after that second
  await buy.pay(holding, held, card);
  await buy.cancel(refunded, returned);
  const lost = await buys(late, card);
  const forgotten = await buys(points, { method: "points" });
  await sold.stage.drain();
  expect(await found()).toEqual([]);

  const would = await restoreTables({ suffix, apply: false });
  expect(would.find(({ table }) => table === "Orders")?.deleted).toBeGreaterThanOrEqual(4);
  expect(await buy.get(late, lost)).toMatchObject({ status: "confirmed" });
  await restoreTables({ suffix, apply: true });
  for (const again of await restoreTables({ suffix, apply: true })) expect(again).toMatchObject({ put: 0, deleted: 0 });

  expect(await buy.get(early, kept)).toMatchObject({ status: "confirmed" });
  expect(await buy.wallet(points)).toBe(50_000); // points are in the tables, so they were restored with their orders
  const wrong = (await found()).join("\n");
  expect(wrong).toContain(`${lost} was paid for, but is not there`);
  expect(wrong).toMatch(new RegExp(`${held} is held, costs 10000; 10000 of it is charged`));
  expect(wrong).toMatch(new RegExp(`${returned} is confirmed, costs 20000; paid 0 times`));
  expect(wrong).not.toContain(forgotten);

  const lines: string[] = [];
  const compare = async (apply: boolean) =>
    explainLedger({ ledger: (await readLedgers()) ?? [], apply, print: (line) => lines.push(line) });
  expect(await compare(false)).toBe(3);
  expect(await compare(true)).toBe(3);
  await sold.stage.drain();
  expect(await compare(true)).toBe(0);
  expect(lines.filter((line) => line.includes(lost))).toHaveLength(2);

  expect(await buy.get(refunded, returned)).toMatchObject({ status: "refunded" });
  expect(sold.paymentsOf(lost)).toMatchObject([{ status: "refunded", refunded: 20_000 }]);
  expect(sold.paymentsOf(held)).toMatchObject([{ status: "refunded", refunded: 10_000 }]);
  // mails cannot be recalled: buyers whose order is gone get a letter by hand
  expect((await found()).filter((one) => !one.startsWith("confirmed order ⇔ one mail"))).toEqual([]);
  // and the sale continues
  await buys(late, card);
  expect((await found()).filter((one) => !one.startsWith("confirmed order ⇔ one mail"))).toEqual([]);
});
