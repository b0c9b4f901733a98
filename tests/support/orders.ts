/** Orders written directly to the table, for tests of what happens after the sale. */
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Order, orderItem, orderKey } from "#core/order/order.table.ts";

/** A held order of `seats` seats of row 1 of block A (see harness.ts), written as a hold writes it. */
export const held = async (args: { userId: string; eventId: string; seats?: number }): Promise<Order> => {
  const { userId, eventId, seats = 2 } = args;
  const order: Order = {
    userId,
    orderId: Ids.make("ord", now()),
    eventId,
    status: "held",
    seats: Array.from({ length: seats }, (_, index) => ({
      seatId: `A-1-${index + 1}`,
      sectionId: "A",
      row: "1",
      number: String(index + 1),
      category: "Standard",
      price: 10_000,
    })),
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

export const confirmed = async (args: Parameters<typeof held>[0]): Promise<Order> => {
  const order = await held(args);
  await become(order, "confirmed");
  return { ...order, status: "confirmed" };
};
