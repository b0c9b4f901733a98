import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Table from "#core/order/order.table.ts";
import * as Shards from "#core/order/shards.table.ts";

test("no index has a hot key: the orders of one second, and of one event, spread evenly over its shards", () => {
  const at = now();
  const keys = Array.from({ length: 8_000 }, () => {
    const order = { orderId: Ids.make("ord", at), eventId: "evt_1" } as Table.Order;
    return [Shards.openKeyOf(order, "paying"), Shards.endedKeyOf(order)] as const;
  });
  for (const n of [0, 1] as const) {
    const counts = Map.groupBy(keys, (pair) => pair[n]);
    expect(counts.size).toBe(Shards.shards);
    for (const [key, { length }] of counts) expect(length, key).toBeLessThan(1_250);
  }
});

test("an order is read from its item as it was written, whatever its shard", () => {
  const order = { userId: "usr_1", orderId: Ids.make("ord", now()), eventId: "evt_1", open: "owing" } as Table.Order;
  expect(Table.toOrder(Table.orderItem(order))).toEqual(order);
});

test("the keys of the sharded indexes are written in one place", () => {
  const folder = join(import.meta.dirname, "../../core");
  const writers = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => /"(#open|ended) = :/.test(readFileSync(join(folder, file), "utf8")));
  expect(writers).toEqual(["order/change.ts", "order/live.ts", "order/read.ts"]);
});
