/** The shared steps of one gateway's tests: orders, payments, the worker's messages, time, and the checks at the end. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as Ids from "#core/lib/ids.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { bankOf, deliver, intercept, killer } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { type Order, ofUser, seatsOf, shop } from "#tests/support/shop.ts";
import type { Behaviour, Entry, Gateway, Wires } from "./gateway.ts";

export type Case = { user: User; eventId: string; orderId: string };

export const total = 20_000;
export const points = 50_000;
/** Pairs of seats of a stage's event. */
const pairs = 100;

export const fixture = <G extends Gateway>(start: (wires: Wires) => Promise<G>) => {
  type At = Awaited<ReturnType<typeof bankOf<G>>>;
  const shared = {} as { at: At; steps: ReturnType<typeof shop>; kill: ReturnType<typeof killer>; admin: User };
  /** Users with points of a test, and orders that the last test cannot judge because their gateway never finishes them. */
  const known = { users: new Map<string, User>(), undone: new Set<string>() };

  beforeAll(async () => {
    shared.at = (await bankOf(start)) as At;
    shared.kill = killer();
    shared.steps = shop(shared.at.stage);
    shared.admin = await shared.at.stage.user({ roles: ["admin"] });
  });
  afterAll(() => shared.at.stop());
  beforeEach(() => {
    shared.at.answers.length = 0;
    shared.at.posted.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    shared.at.mute(false);
  });

  const later = (seconds: number) => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
  };
  /** A run of the reconciliation at a later time. */
  const reconciled = async (...seconds: number[]) => {
    for (const ahead of seconds) {
      later(ahead);
      await shared.at.stage.reconcile();
    }
    vi.useRealTimers();
  };

  let hall: { eventId: string; taken: number } | undefined;
  /** Two seats of an event that many tests share, or of an event of its own. */
  const held = async (overrides?: Record<string, unknown>): Promise<Case> => {
    if (overrides || !hall || hall.taken === pairs) {
      const { eventId } = await shared.at.stage.event({ holdSeconds: 3_600, ...overrides });
      hall = { eventId, taken: 0 };
    }
    const { eventId } = hall;
    const [row, first] = [1 + Math.floor(hall.taken / 10), 1 + 2 * (hall.taken % 10)];
    hall.taken++;
    if (overrides) hall = undefined;
    const user = await shared.at.stage.user({ balance: points });
    known.users.set(user.userId, user);
    const { orderId } = await shared.steps.held(user, {
      eventId,
      seats: [`A-${row}-${first}`, `A-${row}-${first + 1}`],
    });
    return { user, eventId, orderId };
  };

  const get = ({ user, orderId }: Case) => shared.steps.get(user, orderId);
  const stored = async ({ user, orderId }: Case) =>
    (await ofUser(user)).find(({ sk }) => sk === `ORDER#${orderId}`) ?? {};

  /** The page's card data, for the attempt of this key. */
  const token = ({ user, orderId }: Case, behaviour: Behaviour, key: string, amount = total): Promise<string> => {
    const card = shared.at.cards[behaviour];
    if (card === undefined) throw new Error(`${shared.at.name} has no card that is ${behaviour}`);
    const attempt = { userId: user.userId, orderId, attemptId: Ids.derive(orderId, key), amount };
    return shared.at.token(card, attempt);
  };

  const pay = async ({ user, orderId }: Case, card: string, key: string = randomUUID()): Promise<void> => {
    const { status } = await shared.steps.pay(user, orderId, { method: "card", card: { token: card } }, key);
    expect(status).toBe(202);
  };

  const payBy = async (order: Case, behaviour: Behaviour, amount?: number): Promise<void> => {
    const key = randomUUID();
    await pay(order, await token(order, behaviour, key, amount), key);
  };

  /** The newest message of this kind about an order; other messages stay. */
  const message = async ({ orderId }: Case, kind: string): Promise<string> =>
    (await intercept(shared.at.stage)).findLast((body) => {
      const message = JSON.parse(body);
      return message.kind === kind && message.orderId === orderId;
    }) ?? "";

  /** Sends the payment, and returns the worker's message. */
  const sent = async (order: Case, behaviour: Behaviour): Promise<string> => {
    await payBy(order, behaviour);
    return message(order, "payment");
  };

  /** A payment that the worker has recorded as begun, and no more. */
  const begun = async (order: Case, behaviour: Behaviour = "approved"): Promise<string> => {
    const message = await sent(order, behaviour);
    expect(await shared.kill.run("order paying", "after", () => deliver(message))).toBe(true);
    return message;
  };

  /** Runs worker, gateway and webhooks until the order is no longer being paid, or its buyer has to act. */
  const settled = async (order: Case): Promise<Order> => {
    for (let n = 0; n < 50; n++) {
      await shared.at.stage.settle();
      const { status, payment } = await get(order);
      if (status !== "paying" || (payment as { action?: object }).action) break;
      await sleep(10);
    }
    await sleep(10);
    await shared.at.stage.settle();
    return get(order);
  };

  const paid = async (order: Case, behaviour: Behaviour, amount?: number): Promise<Order> => {
    await payBy(order, behaviour, amount);
    return settled(order);
  };

  const confirmed = async (behaviour: Behaviour = "approved"): Promise<Case> => {
    const order = await held();
    expect(await paid(order, behaviour)).toMatchObject({ status: "confirmed" });
    return order;
  };

  const back = ({ user, orderId }: Case, body: { cancel?: boolean } = {}, by = user) =>
    shared.at.stage.call("POST /v1/orders/{orderId}/payment/return", { token: by.token, params: { orderId }, body });

  const cancel = ({ user, orderId }: Case) => shared.steps.cancel(user, orderId);
  const refund = ({ user, orderId }: Case) => JSON.stringify({ kind: "refund", userId: user.userId, orderId });

  /** What `refunds` takes of a gateway that is not the sandbox. */
  const refundable = {
    bought: async () => {
      const order = await confirmed();
      known.undone.add(order.orderId); // the order knows nothing of refunds in parts
      return order;
    },
    cancelled: async ({ user, orderId }: Pick<Case, "user" | "orderId">) => {
      await shared.steps.cancel(user, orderId);
      await shared.at.stage.drain();
    },
  };

  const kept = ({ status, amount, refunded }: Entry) =>
    ["captured", "partially_refunded"].includes(status) ? amount - refunded : 0;
  /** An order's money at the gateways. */
  const taken = ({ orderId }: Case) =>
    [...shared.at.paymentsOf(orderId), ...shared.at.besides(orderId)].map(kept).filter((amount) => amount > 0);

  /** Checks that order, seats, ledger and debts agree, and that nothing can still take money. */
  const agree = async (
    order: Case,
    status: "confirmed" | "held" | "released" | "refunded" | "expired",
  ): Promise<void> => {
    const { expiresAfter, undecided } = shared.at;
    if (expiresAfter && (await stored(order)).owed) await reconciled(expiresAfter);
    expect(await get(order)).toMatchObject({ status });
    expect(taken(order)).toEqual(status === "confirmed" ? [total] : []);
    const state = { confirmed: "sold", held: "held", expired: "held", released: undefined, refunded: undefined }[
      status
    ];
    expect((await seatsOf(order)).map((seat) => seat.state)).toEqual(state ? [state, state] : []);
    const { owed, open, attempts = {} } = await stored(order);
    const named = Object.values(attempts as Record<string, { paymentId?: string }>).map(({ paymentId }) => paymentId);
    // a payment whose preparation got no answer is on no order: no card is asked for it
    const left = shared.at
      .paymentsOf(order.orderId)
      .filter(
        ({ status, paymentId }) => undecided.includes(status) || (status === "prepared" && named.includes(paymentId)),
      );
    expect(left).toEqual([]);
    expect([owed, open]).toEqual([undefined, undefined]);
    for (const attempt of Object.values(attempts as Record<string, { status: string }>))
      if (attempt.status !== "pending") expect(attempt).not.toHaveProperty("token");
    expect(JSON.stringify(attempts)).not.toMatch(/_secret_/);
  };

  const declined = async (order: Case, reason: string, code?: string) => {
    const { payment } = await get(order);
    expect(payment).toMatchObject({ status: "declined", reason, ...(code && { code }) });
    expect(payment).not.toHaveProperty("action");
    await agree(order, "held");
  };

  /** Checks that the order can still be paid, once. */
  const payable = async (order: Case) => {
    await paid(order, "approved");
    await agree(order, "confirmed");
  };

  /** Delivers a message until nothing is left to do, and then runs the reconciliation. */
  const finished = async (message: string, order: Case) => {
    for (let n = 0; n < 3 && (await deliver(message)) > 0; n++);
    if ((await stored(order)).owed) await reconciled(120);
  };

  return {
    ...{ shared, known, later, reconciled, held, get, stored, token, pay, payBy, message, sent, begun, settled, paid },
    ...{ confirmed, back, cancel, refund, taken, agree, declined, payable, finished, refundable },
  };
};

export type Given<G extends Gateway> = ReturnType<typeof fixture<G>>;

/** The last of a file. */
export const everythingAgrees = <G extends Gateway>({ shared, known: { users, undone } }: Given<G>) =>
  test("orders, seats, wallets, the gateways' ledgers and mails agree after all tests", async () => {
    await shared.at.stage.drain();
    const all = await read({ now: Date.now() });
    const gifts = [...users.keys()].map((userId) => ({ userId, entryId: userId, kind: "charge", amount: points }));
    const isJudged = ({ orderId }: { orderId: string }) => !undone.has(orderId);
    const left = new Set(all.orders.filter((order) => !isJudged(order)).map(({ userId }) => userId));
    const snapshot = {
      ...all,
      orders: all.orders.filter(isJudged),
      seats: all.seats.filter(isJudged),
      baskets: all.baskets.filter(({ userId }) => !left.has(userId)),
      payments: all.payments?.filter(({ reference }) => isJudged({ orderId: reference.split(".")[1] ?? "" })),
      entries: [...gifts, ...all.entries],
      messages: undefined, // tests have removed messages from the queue
    };
    const { verdicts } = audit(snapshot);
    expect(violations(audit(snapshot))).toEqual([]);
    expect(verdicts.filter(({ unseen }) => unseen)).toEqual([]);
    expect(snapshot.payments?.filter(({ provider }) => provider === shared.at.name).length).toBeGreaterThan(20);
  });
