/** An event with orders of every kind, its cancellation page by page, and what must be true at the end. */
import { randomUUID } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { db, table, transact } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";
import { invoke } from "#local/lambda.ts";
import type { counter } from "./bank.ts";
import { block, type User } from "./harness.ts";
import { inbox } from "./inbox.ts";
import * as SentAgain from "./sent-again.ts";
import { items } from "./shop.ts";

/**
 * - `used`, `usedCard`: a ticket was checked in
 * - `lapsed`: a hold that was not paid in time
 * - `before`: its buyer has refunded it before
 * - `paying`: its card's gateway does not answer
 */
export const kinds = [
  ...["points", "card", "held", "used", "points", "lapsed", "before", "card", "disputed", "points"],
  ...["paying", "usedCard"],
] as const;
export type Kind = "points" | "card" | "held" | "used" | "usedCard" | "lapsed" | "before" | "paying" | "disputed";
export type Buyer = { kind: Kind; user: User; orderId: string; total: number };

const price = 10_000;
const cards: Partial<Record<Kind, string>> = {
  card: "tok_approve",
  usedCard: "tok_approve",
  disputed: "tok_approve",
  paying: "tok_timeout_before",
};

/** Works on a list, some at the same time. */
export const each = async <T, R>(list: readonly T[], atOnce: number, work: (one: T, n: number) => Promise<R>) => {
  const done: R[] = [];
  let n = 0;
  const go = async () => {
    for (let at = n++; at < list.length; at = n++) done[at] = await work(list[at] as T, at);
  };
  await Promise.all(Array.from({ length: atOnce }, go));
  return done;
};

export const hall = (shared: ReturnType<typeof counter>) => {
  const { stage } = shared.at;

  /** An event with seats in rows and standing places. */
  const event = (orders: number, overrides: object = {}) =>
    stage.event({
      plan: block(Math.ceil(orders / 10), 20),
      generalAdmission: [{ sectionId: "G", name: "Standing", capacity: 2 * orders, category: "Standard" }],
      holdSeconds: 3_600,
      ...overrides,
    });

  /** A buyer whose points are in the ledger, so that the audit can add them up. */
  const rich = async (): Promise<User> => {
    const user = await stage.user();
    const headers = { "idempotency-key": randomUUID() };
    await stage.call("POST /v1/wallet/charges", { token: user.token, body: { amount: 50_000 }, headers });
    return user;
  };

  const hold = async (eventId: string, kind: Kind, n: number): Promise<Buyer> => {
    const user = kind in cards ? await stage.user() : await rich();
    const seat = (side: number) => `A-${1 + Math.floor(n / 10)}-${1 + 2 * (n % 10) + side}`;
    const standing = { pick: { quantity: 2, sectionId: "G" } };
    const body = { eventId, ...(n % 5 === 4 ? standing : { seats: [seat(0), seat(1)] }) };
    const { orderId } = await shared.steps.held(user, body);
    return { kind, user, orderId, total: 2 * price };
  };

  const pay = async ({ kind, user, orderId }: Buyer) => {
    const token = cards[kind];
    if (kind === "held" || kind === "lapsed") return;
    await shared.steps.pay(user, orderId, token ? { method: "card", card: { token } } : { method: "points" });
  };

  const finish = async ({ kind, user, orderId }: Buyer, eventId: string) => {
    const order = await Order.get({ userId: user.userId, orderId });
    if (kind === "lapsed") await lapse(order);
    if (kind === "before") await shared.steps.cancel(user, orderId);
    if (kind === "disputed")
      await transact([Order.Transitions.disputed({ order, attemptId: order.attemptId ?? "", disputed: true })]);
    if (kind !== "used" && kind !== "usedCard") return;
    const { tickets } = (await shared.steps.get(user, orderId)) as unknown as { tickets: { code: string }[] };
    const body = { eventId, code: tickets[0]?.code };
    expect((await stage.call("POST /v1/admin/check-ins", { token: shared.admin.token, body })).status).toBe(201);
  };

  /** Orders of these kinds, paid and settled. */
  const sell = async (eventId: string, wanted: readonly Kind[]): Promise<Buyer[]> => {
    const buyers = await each(wanted, 10, (kind, n) => hold(eventId, kind, n));
    await each(buyers, 10, pay);
    await stage.settle();
    await stage.drain();
    await each(buyers, 10, (buyer) => finish(buyer, eventId));
    await stage.drain();
    return buyers;
  };

  const cancel = (eventId: string, body?: object) =>
    stage.call("POST /v1/admin/events/{eventId}/cancel", { token: shared.admin.token, params: { eventId }, body });

  const progress = async (eventId: string) =>
    (
      await stage.call("GET /v1/admin/events/{eventId}/cancellation", {
        token: shared.admin.token,
        params: { eventId },
      })
    ).body;

  return { event, sell, hold, pay, cancel, progress };
};

/** The hold's time has passed, and nobody has taken its seats over. */
const lapse = async ({ userId, orderId, eventId, seats }: Order.Order): Promise<void> => {
  const at = (TableName: string, Key: { pk: string; sk: string }) =>
    db().send(
      new UpdateCommand({
        ...{ TableName, Key, UpdateExpression: "SET heldUntil = :past" },
        ExpressionAttributeValues: { ":past": Date.now() - 1_000 },
      }),
    );
  await at(table("Orders"), Order.orderKey(userId, orderId));
  for (const { sectionId, seatId } of seats) await at(table("Seats"), { pk: `${eventId}#${sectionId}`, sk: seatId });
};

/** Delivers a page to the worker. Returns whether SQS keeps the message. */
export const deliver = async (body: string): Promise<boolean> => {
  const Records = [{ messageId: randomUUID(), body, attributes: { ApproximateReceiveCount: "1" } }];
  const { batchItemFailures } = (await invoke("fanout", { Records })) as { batchItemFailures: unknown[] };
  return batchItemFailures.length > 0;
};

type Page = { eventId: string; pass?: number };
export const pageOf = (body: string): Page => JSON.parse(body);

/** Delivers the pages that wait, and those that they send, until the last. `how`: another way to deliver one. Returns what was delivered. */
export const runPages = async (
  how: (body: string) => Promise<unknown> = deliver,
  until: (page: Page) => boolean = () => false,
): Promise<SentAgain.SentAgain[]> => {
  const delivered: SentAgain.SentAgain[] = [];
  for (let waiting = SentAgain.pages(); waiting.length > 0; waiting = SentAgain.pages())
    for (const [n, page] of waiting.entries()) {
      if (until(pageOf(page.body))) {
        SentAgain.putBack(waiting.slice(n));
        return delivered;
      }
      delivered.push(page);
      if ((await how(page.body)) === true) SentAgain.putBack([page]); // it failed, and SQS keeps it
      if (delivered.length > 2_000) throw new Error("The pages do not end.");
    }
  return delivered;
};

/** The status of each kind after the cancellation. */
const ends: Record<Kind, string> = {
  points: "refunded",
  card: "refunded",
  used: "refunded",
  usedCard: "refunded",
  before: "refunded",
  held: "released",
  lapsed: "released",
  paying: "released",
  disputed: "confirmed",
};

/** Each order has ended as its kind must, its money is back, and its buyer has one e-mail about that. */
export const expectEnded = async (
  shared: ReturnType<typeof counter>,
  eventId: string,
  buyers: Buyer[],
): Promise<void> => {
  const mails = await inbox();
  const told = new Map<string, string[]>();
  for (const { subject, body } of mails) {
    const orderId = /\bord_[0-9A-Z]{26}\b/.exec(body.text ?? "")?.[0] ?? "";
    told.set(orderId, [...(told.get(orderId) ?? []), subject.split(":")[0] ?? ""]);
  }
  await each(buyers, 10, async ({ kind, user, orderId, total }) => {
    const order = await Order.get({ userId: user.userId, orderId });
    const isMarked = kind !== "before" && kind !== "disputed";
    expect({ kind, status: order.status, marked: order.eventCancelled === true }).toEqual({
      ...{ kind, status: ends[kind], marked: isMarked },
    });
    if (!(kind in cards)) expect([kind, await shared.steps.wallet(user)]).toEqual([kind, 50_000]);
    else {
      const [payment] = shared.at.paymentsOf(orderId);
      const back = { refunded: total, confirmed: 0, released: 0 }[ends[kind] as "refunded"];
      if (kind !== "paying") expect([kind, payment?.refunded]).toEqual([kind, back]);
    }
    const confirmed = ends[kind] === "released" ? [] : ["Your tickets"];
    const refund = { before: ["Refunded"], disputed: [], held: [], lapsed: [], paying: [] } as Partial<typeof told>;
    const about = (refund as Partial<Record<Kind, string[]>>)[kind] ?? ["Event cancelled, refunded"];
    expect([kind, (told.get(orderId) ?? []).toSorted()]).toEqual([kind, [...about, ...confirmed].toSorted()]);
  });
  const left = buyers.filter(({ kind }) => kind === "disputed").length;
  expect(await items("Seats", eventId)).toHaveLength(2 * left);
};
