/** Orders written directly to the table, for tests of what happens after the sale. */
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as Catalog from "#core/catalog/index.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Order, orderItem, orderKey } from "#core/order/order.table.ts";

type Wanted = { userId: string; eventId: string; seats?: number; after?: number };

/** A held order of `seats` seats of block A (see harness.ts), those after the first `after`, written as a hold writes it. */
export const held = async ({ userId, eventId, seats = 2, after = 0 }: Wanted): Promise<Order> => {
  const order: Order = {
    userId,
    orderId: Ids.make("ord", now()),
    eventId,
    status: "held",
    seats: Array.from({ length: seats }, (_, index) => seatOf(after + index)),
    total: seats * 10_000,
    currency: "KRW",
    createdAt: now(),
    payBy: now() + 300_000,
    heldUntil: now() + 600_000,
    attempts: {},
  };
  await db().send(new PutCommand({ TableName: table("Orders"), Item: orderItem(order) }));
  return order;
};

/** The n-th seat of block A, from 0: ten rows of twenty. */
const seatOf = (n: number) => {
  const [row, number] = [String(Math.floor(n / 20) + 1), String((n % 20) + 1)];
  return { seatId: `A-${row}-${number}`, sectionId: "A", row, number, category: "Standard", price: 10_000 };
};

/** Sets an order's status, and no more. */
export const become = async (order: Order, status: Order["status"]): Promise<void> => {
  await db().send(
    new UpdateCommand({
      TableName: table("Orders"),
      Key: orderKey(order.userId, order.orderId),
      UpdateExpression: "SET #status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": status },
    }),
  );
};

/** Changes a confirmed order by card into one whose capture failed. */
export const captureFailed = async (order: Order): Promise<void> => {
  const attemptId = "attempt";
  const attempt = { method: "card", hash: "hash", status: "declined", reason: "payment.capture_failed" } as const;
  await db().send(
    new UpdateCommand({
      TableName: table("Orders"),
      Key: orderKey(order.userId, order.orderId),
      UpdateExpression: "SET #status = :released, attempts.#id = :attempt, attemptId = :id",
      ExpressionAttributeNames: { "#status": "status", "#id": attemptId },
      ExpressionAttributeValues: { ":released": "released", ":attempt": attempt, ":id": attemptId },
    }),
  );
};

/** The seats of each event that were given to confirmed orders. */
const given = new Map<string, number>();

/** A confirmed order of the next seats of block A, which are sold to it. */
export const confirmed = async (wanted: Omit<Wanted, "after">): Promise<Order> => {
  const { eventId, userId, seats = 2 } = wanted;
  const after = given.get(eventId) ?? 0;
  given.set(eventId, after + seats);
  const order = await held({ ...wanted, after });
  await Promise.all(
    order.seats.map(({ price, ...seat }) => {
      const sold = { state: "sold", orderId: order.orderId, userId, price };
      const Item = { ...Catalog.seatKey({ eventId, ...seat }), ...sold };
      return db().send(new PutCommand({ TableName: table("Seats"), Item }));
    }),
  );
  await become(order, "confirmed");
  return { ...order, status: "confirmed" };
};
