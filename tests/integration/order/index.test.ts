/** The sharded indexes' results, on the real engine. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Order from "#core/order/index.ts";
import { ended } from "#core/order/live.ts";
import * as Table from "#core/order/order.table.ts";
import * as Shards from "#core/order/shards.table.ts";
import { stage } from "#tests/support/harness.ts";

const userId = "usr_shards";
const eventId = "evt_shards";

beforeAll(async () => {
  await stage();
});

/** Sixty orders, one a second, each in the shard that its id determines. */
const orders = Array.from({ length: 60 }, (_, n) => {
  const orderId = Ids.make("ord", Date.UTC(2026, 0, 1) + n * 1_000);
  return { userId, orderId, eventId, status: "paying", seats: [], open: "owing" } as unknown as Order.Order;
});

test("every order with work to do is found, the oldest first, and every ended one, the newest first", async () => {
  for (const order of orders) {
    const Item = { ...Table.orderItem(order), ended: Shards.endedKeyOf(order) };
    await db().send(new PutCommand({ TableName: table("Orders"), Item }));
  }
  const ids = orders.map(({ orderId }) => orderId);
  const open: string[] = [];
  for await (const key of Order.open("owing")) if (key.userId === userId) open.push(key.orderId);
  expect(open).toEqual(ids);
  const over: string[] = [];
  for await (const { orderId } of ended(eventId, { before: ids[50], limit: 10 })) over.push(orderId);
  expect(over).toEqual(ids.slice(0, 50).reverse());
});

test("an order that 0.1.0 writes without a shard during a release is found among the others, in the same order", async () => {
  const [event, user] = ["evt_released", "usr_released"];
  const both = orders.slice(0, 20).map((order, n) => {
    const made = { ...order, userId: user, eventId: event, orderId: Ids.make("ord", Date.UTC(2026, 1, 1) + n * 1_000) };
    const bare = n % 2 ? {} : { open: "owing", ended: event };
    return { ...made, ...Table.orderItem(made), ended: Shards.endedKeyOf(made), ...bare };
  });
  for (const Item of both) await db().send(new PutCommand({ TableName: table("Orders"), Item }));
  const ids = both.map(({ orderId }) => orderId);
  const open: string[] = [];
  for await (const key of Order.open("owing")) if (key.userId === user) open.push(key.orderId);
  expect(open).toEqual(ids);
  const over: Order.Order[] = [];
  for await (const order of ended(event, { limit: 10 })) over.push(order);
  expect(over.map(({ orderId }) => orderId)).toEqual(ids.toReversed());
  expect(new Set(over.map((order) => order.open))).toEqual(new Set(["owing"]));
});
