/**
 * Actions that the model cannot predict, because they depend on the gateway: payments by card. It reads the orders, checks that each new
 * state may follow from the old one, and continues from there.
 */
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { db, type Item, type Table, table } from "#core/lib/dynamo.ts";
import type { Run } from "./run.ts";
import { type Attempt, type Basket, clone, type Order, type Status, seatIds, type World } from "./world.ts";

/** The states to which a worker, after the gateway's answer, may bring an order from each state. */
const next: Record<Status, Status[]> = {
  held: ["held", "paying", "confirmed", "released"],
  paying: ["paying", "held", "confirmed", "released"],
  confirmed: ["confirmed", "released"],
  refunding: ["refunding", "refunded"],
  refunded: ["refunded"],
  released: ["released"],
};

export class Violation extends Error {
  override name = "Violation";
}

/** Of one read. */
const MOST_KEYS = 100;

export const attemptsOf = (item: Item): Record<string, Attempt> =>
  Object.fromEntries(
    Object.entries(item.attempts as Record<string, Attempt & { hash: string }>).map(([id, one]) => [
      id,
      { body: one.hash, method: one.method, status: one.status },
    ]),
  );

const order = (before: Order | undefined, item: Item): Order => {
  if (!before) throw new Violation(`${item.orderId} is there, and nobody has made it`);
  const status = item.status as Status;
  if (!next[before.status].includes(status))
    throw new Violation(`${item.orderId} went from ${before.status} to ${status}`);
  // the capture failed; a cancel by its buyer is another action
  const uncharged = item.attempts[item.attemptId]?.reason === "payment.capture_failed";
  if (status === "released" && before.status !== "released" && !uncharged)
    throw new Violation(`${item.orderId} was ${before.status}, and is released without a cause`);
  for (const [id, { status: was }] of Object.entries(before.attempts)) {
    const is = item.attempts[id]?.status;
    if (is === undefined) throw new Violation(`${item.orderId} has forgotten its attempt ${id}`);
    if (was === "declined" && is !== "declined") throw new Violation(`${item.orderId}: ${id} was declined, is ${is}`);
  }
  const paid = status === "confirmed" ? { paidBy: item.attemptId as string } : {};
  return {
    ...before,
    status,
    until: item.heldUntil,
    attempts: attemptsOf(item),
    ...paid,
  };
};

/** The ends of the holds before the last one, without those before a purchase. */
export const endsOf = ({ ended1 = 0, ended2 = 0, openUntil }: Item): number[] =>
  openUntil === undefined || ended2 === 0 ? [] : [ended1, ended2].filter((end) => end > 0);

export const usedOf = (item: Item): Basket["used"] =>
  Array.from({ length: 10 }, (_, n) => String(item[`k${n}`] ?? ""))
    .filter((slot) => slot !== "")
    .map((slot) => ({ key: slot.slice(0, 16), body: slot.slice(16, 32), order: `ord_${slot.slice(32)}` }));

const basket = (before: Basket, item: Item): Basket => {
  const { open: _, ...rest } = before;
  const open = item.openOrder as string | undefined;
  return {
    ...rest,
    ...(open !== undefined && { open }),
    until: item.openUntil ?? 0,
    ends: endsOf(item),
    bought: item.bought ?? 0,
    notBefore: Math.max(item.notBefore ?? 0, item.spent ?? 0),
  };
};

/** The items of these keys, in one read. */
const look = async (keys: [Table, Item][]): Promise<Record<Table, Item[]>> => {
  const found: Record<Table, Item[]> = { Catalog: [], Seats: [], Orders: [], Accounts: [] };
  for (let at = 0; at < keys.length; at += MOST_KEYS) {
    const byTable = Object.entries(Object.groupBy(keys.slice(at, at + MOST_KEYS), ([name]) => name));
    const RequestItems = Object.fromEntries(
      byTable.map(([name, some]) => [table(name as Table), { Keys: some.map(([, key]) => key), ConsistentRead: true }]),
    );
    const { Responses = {} } = await db().send(new BatchGetCommand({ RequestItems }));
    for (const name of Object.keys(found) as Table[]) found[name].push(...(Responses[table(name)] ?? []));
  }
  return found;
};

/** A buyer's items that may have changed. Refunded and released orders do not change, and the end of the sale reads everything. */
const keysOf = ({ buyers, eventId }: Run, world: World, user: number): [Table, Item][] => {
  const pk = `USER#${buyers[user]?.userId}`;
  const orders = Object.entries(world.orders).filter(
    ([, order]) => order.user === user && order.status !== "refunded" && order.status !== "released",
  );
  return [
    ...orders.map(([orderId]): [Table, Item] => ["Orders", { pk, sk: `ORDER#${orderId}` }]),
    ["Orders", { pk, sk: `BASKET#${eventId}` }],
    ["Accounts", { pk, sk: "WALLET" }],
  ];
};

/** The world after possible changes of these buyers' orders. `credit`: the greatest amount that a charge may have brought. */
export const observe = async (run: Run, before: World, users: number[], credit = 0): Promise<World> => {
  const world = clone(before);
  const plan = seatIds(run.rules).map((sk): [Table, Item] => ["Seats", { pk: `${run.eventId}#A`, sk }]);
  const found = await look([...plan, ...users.flatMap((user) => keysOf(run, world, user))]);
  for (const item of found.Orders.filter(({ type }) => type === "order"))
    world.orders[item.orderId] = order(world.orders[item.orderId], item);
  for (const user of users) {
    const mine = ({ pk }: Item) => pk === `USER#${run.buyers[user]?.userId}`;
    const kept = found.Orders.find((item) => mine(item) && item.type !== "order");
    if (kept) world.baskets[user] = basket(world.baskets[user] as Basket, kept);
    const [was = 0, is = 0] = [before.balances[user], found.Accounts.find(mine)?.balance];
    if (is !== was && is !== was + credit)
      throw new Violation(`buyer ${user} has ${is} points after ${was} and no payment by points`);
    world.balances[user] = is;
  }
  for (const [seat, { order: orderId }] of Object.entries(world.seats))
    if (world.orders[orderId]?.status === "released") delete world.seats[seat];
  for (const { orderId, heldUntil, sk, state } of found.Seats) {
    const [was, holder] = [before.seats[sk], world.orders[orderId]];
    if (was?.order !== orderId) throw new Violation(`${sk} went from ${was?.order ?? "nobody"} to ${orderId}`);
    if (!holder || !users.includes(holder.user)) continue;
    if (state === "sold" && holder.status !== "confirmed")
      throw new Violation(`${sk} is sold to ${orderId}, which is ${holder.status}`);
    world.seats[sk] = { order: orderId, sold: state === "sold", until: heldUntil ?? 0 };
  }
  return world;
};
