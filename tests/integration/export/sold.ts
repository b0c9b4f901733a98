/** Orders of an event written directly to the tables, as their transactions leave them, for tests of many orders. */
import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { profileItem } from "#core/account/account.table.ts";
import { seatKey, sectionKey } from "#core/catalog/seat.table.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Order, orderItem, orderKey } from "#core/order/order.table.ts";
import { endedKeyOf } from "#core/order/shards.table.ts";
import type { Stage } from "#tests/support/harness.ts";

const sectionSize = 1_000;

/** The event, with sections for so many seats. `text` is the name of each section and of the only category. */
export const venue = (stage: Stage, seats: number, text = "Standard") =>
  stage.event({
    prices: { [text]: 10_000 },
    maxSeatsPerOrder: 20,
    generalAdmission: Array.from({ length: Math.ceil(seats / sectionSize) }, (_, n) => ({
      ...{ sectionId: `S${n + 1}`, name: text, capacity: sectionSize, category: text },
    })),
  });

const orderOf = (eventId: string, n: number, args: { seats: number; text: string; at: number }): Order => {
  const { seats, text: category, at } = args;
  const status = n % 10 === 9 ? "refunded" : "confirmed";
  const own = Array.from({ length: seats }, (_, nth) => {
    const index = n * seats + nth;
    const sectionId = `S${Math.floor(index / sectionSize) + 1}`;
    const seatId = `${sectionId}-${(index % sectionSize) + 1}`;
    return { seatId, sectionId, row: null, number: null, category, price: 10_000 };
  });
  const attempt = { method: "points", hash: "", status: status === "confirmed" ? "approved" : "refunded" } as const;
  return {
    ...{ userId: Ids.make("usr", at), orderId: Ids.make("ord", at + n), eventId, status, seats: own },
    ...{ total: seats * 10_000, currency: "KRW", createdAt: at + n, payBy: at, heldUntil: at },
    ...{ attemptId: "a", attempts: { a: attempt } },
  };
};

/** Sells: each order has a buyer of its own. One in ten is refunded, the others are confirmed. All are newer than those made before `at`. */
export const sell = async (
  eventId: string,
  args: { orders: number; seats?: number; name?: string; text?: string; at?: number },
): Promise<Order[]> => {
  const { orders, seats = 2, name = "A Buyer", text = "Standard", at = now() } = args;
  const made = Array.from({ length: orders }, (_, n) => orderOf(eventId, n, { seats, text, at }));
  const live = made.filter(({ status }) => status === "confirmed");
  await putAll(
    "Orders",
    made.map((order) => ({ ...orderItem(order), ...(order.status === "refunded" && { ended: endedKeyOf(order) }) })),
  );
  await putAll(
    "Seats",
    live.flatMap(({ orderId, userId, seats: own }) =>
      own.map(({ seatId, sectionId, price }) => ({
        ...{ pk: sectionKey(eventId, sectionId), sk: seatId, state: "sold", orderId, userId, price },
      })),
    ),
  );
  await putAll(
    "Accounts",
    made.map(({ userId }) => profileItem({ userId, email: `${userId.toLowerCase()}@onsale.test`, name }, at)),
  );
  return made;
};

/** Refunds a confirmed order: it gives its seats back. */
export const end = async (order: Order): Promise<void> => {
  await db().send(
    new UpdateCommand({
      TableName: table("Orders"),
      Key: orderKey(order.userId, order.orderId),
      UpdateExpression: "SET #status = :refunded, ended = :ended",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":refunded": "refunded", ":ended": endedKeyOf(order) },
    }),
  );
  for (const seat of order.seats)
    await db().send(
      new DeleteCommand({ TableName: table("Seats"), Key: seatKey({ eventId: order.eventId, ...seat }) }),
    );
};
