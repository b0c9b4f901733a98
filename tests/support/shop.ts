/** The shared steps of tests of orders and payments: a buyer's requests through the API, and the items in the tables. */
import { randomUUID } from "node:crypto";
import { paginateScan, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { db, type Item, type Table, table } from "#core/lib/dynamo.ts";
import type { Reply, Stage, User } from "./harness.ts";

export type Order = { orderId: string; seats: { seatId: string }[]; total: number; status: string } & Record<
  string,
  unknown
>;

export const shop = (stage: Stage) => {
  const hold = (user: User, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
    stage.call("POST /v1/orders", { token: user.token, body, headers });

  /** Holds seats and expects success. */
  const held = async (user: User, body: object, headers?: Record<string, string>): Promise<Order> => {
    const reply = await hold(user, body, headers);
    expect(reply.body).toMatchObject({ status: "held" });
    expect(reply.status).toBe(201);
    return reply.body;
  };

  const pay = (user: User, orderId: string, body: object = { method: "points" }, key: string = randomUUID()) =>
    stage.call("POST /v1/orders/{orderId}/payment", {
      token: user.token,
      params: { orderId },
      body,
      headers: { "idempotency-key": key },
    });

  const get = async (user: User, orderId: string): Promise<Order> => {
    const reply = await stage.call("GET /v1/orders/{orderId}", { token: user.token, params: { orderId } });
    expect(reply.status).toBe(200);
    return reply.body;
  };

  const cancel = (user: User, orderId: string) =>
    stage.call("DELETE /v1/orders/{orderId}", { token: user.token, params: { orderId } });

  const wallet = async (user: User) =>
    (await stage.call("GET /v1/wallet", { token: user.token })).body.balance as number;
  const entries = async (user: User) =>
    (await stage.call("GET /v1/wallet/entries", { token: user.token, query: { limit: "100" } })).body.items as {
      kind: string;
      amount: number;
      balance: number;
      orderId?: string;
    }[];

  return { hold, held, pay, get, cancel, wallet, entries };
};

/** Every item of a table whose partition key begins so. */
export const items = async (name: Table, prefix: string): Promise<Item[]> => {
  const all = {
    TableName: table(name),
    FilterExpression: "begins_with(pk, :prefix)",
    ExpressionAttributeValues: { ":prefix": prefix },
    ConsistentRead: true,
  };
  const found: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client: db() }, all)) found.push(...Items);
  return found;
};

/** A user's own items: orders, baskets, check-ins. */
export const ofUser = async (user: User): Promise<Item[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Orders"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": `USER#${user.userId}` },
      ConsistentRead: true,
    }),
  );
  return Items;
};

/** Sets a wallet's balance, and no more. */
export const setBalance = async ({ userId }: User, balance: number): Promise<void> => {
  await db().send(
    new UpdateCommand({
      TableName: table("Accounts"),
      Key: { pk: `USER#${userId}`, sk: "WALLET" },
      UpdateExpression: "SET balance = :balance",
      ExpressionAttributeValues: { ":balance": balance },
    }),
  );
};

/** The seats of section A that are an order's. */
export const seatsOf = async ({ eventId, orderId }: { eventId: string; orderId: string }): Promise<Item[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Seats"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": `${eventId}#A` },
      ConsistentRead: true,
    }),
  );
  return Items.filter((seat) => seat.orderId === orderId);
};

/** The number of answers of each code. */
export const tally = (replies: Reply[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status, body } of replies) {
    const name = status < 300 ? String(status) : `${status} ${body.code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};
