/**
 * What the model cannot foretell, for it hangs on the gateway: payments by card. It looks at what became of the orders, holds each step
 * to what may follow from what was, and goes on from there.
 */
import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import type { Buyer, Room } from "./room.ts";
import { type Attempt, type Basket, clone, type Order, type Status, type World } from "./world.ts";

/** Where a worker, told by the gateway, may bring an order from each state. */
const next: Record<Status, Status[]> = {
  held: ["held", "paying", "confirmed"],
  paying: ["paying", "held", "confirmed"],
  confirmed: ["confirmed"],
  refunding: ["refunding", "refunded"],
  refunded: ["refunded"],
  released: ["released"],
};

export class Violation extends Error {
  override name = "Violation";
}

const query = async (name: "Orders" | "Seats", pk: string): Promise<Item[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table(name),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": pk },
      ConsistentRead: true,
    }),
  );
  return Items;
};

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
  for (const [id, { status: was }] of Object.entries(before.attempts)) {
    const is = item.attempts[id]?.status;
    if (is === undefined) throw new Violation(`${item.orderId} has forgotten its attempt ${id}`);
    if (was === "declined" && is !== "declined") throw new Violation(`${item.orderId}: ${id} was declined, is ${is}`);
  }
  const paid = status === "confirmed" ? { paidBy: item.attemptId as string } : {};
  return { ...before, status, until: item.heldUntil, attempts: attemptsOf(item), ...paid };
};

const basket = (before: Basket, item: Item): Basket => {
  const { open: _, ...rest } = before;
  const open = item.openOrder as string | undefined;
  return {
    ...rest,
    ...(open !== undefined && { open }),
    until: item.openUntil ?? before.until,
    bought: item.bought ?? 0,
    notBefore: item.notBefore ?? 0,
  };
};

/** The world after these buyers' orders may have moved. `credit`: what a charge may have brought at the most. */
export const observe = async (room: Room, before: World, users: number[], credit = 0): Promise<World> => {
  const world = clone(before);
  const seats = await query("Seats", `${room.eventId}#A`);
  for (const user of users) {
    const { userId } = room.buyers[user] as Buyer;
    const [items, { Item: wallet }] = await Promise.all([
      query("Orders", `USER#${userId}`),
      db().send(
        new GetCommand({
          TableName: table("Accounts"),
          Key: { pk: `USER#${userId}`, sk: "WALLET" },
          ConsistentRead: true,
        }),
      ),
    ]);
    for (const item of items.filter(({ type }) => type === "order"))
      world.orders[item.orderId] = order(world.orders[item.orderId], item);
    const found = items.find(({ sk }) => String(sk) === `BASKET#${room.eventId}`);
    if (found) world.baskets[user] = basket(world.baskets[user] as Basket, found);
    const [was = 0, is = 0] = [before.balances[user], wallet?.balance];
    if (is !== was && is !== was + credit)
      throw new Violation(`buyer ${user} has ${is} points after ${was} and no payment by points`);
    world.balances[user] = is;
  }
  for (const { orderId, heldUntil, sk, state } of seats) {
    const [was, holder] = [before.seats[sk], world.orders[orderId]];
    if (was?.order !== orderId) throw new Violation(`${sk} went from ${was?.order ?? "nobody"} to ${orderId}`);
    if (!holder || !users.includes(holder.user)) continue;
    if (state === "sold" && holder.status !== "confirmed")
      throw new Violation(`${sk} is sold to ${orderId}, which is ${holder.status}`);
    world.seats[sk] = { order: orderId, sold: state === "sold", until: heldUntil ?? 0 };
  }
  return world;
};
