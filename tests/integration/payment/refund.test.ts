import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { provider, undo } from "#core/gateway/index.ts";
import { db, failed, table, transact } from "#core/lib/dynamo.ts";
import * as Orders from "#core/order/index.ts";
import * as Payment from "#core/payment/index.ts";
import { refunds } from "#tests/integration/gateway/contract/refunds.ts";
import { counter, deliver, everywhere, intercept } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { organiser } from "#tests/support/organiser.ts";
import { items, type Order, ofUser } from "#tests/support/shop.ts";

const shared = counter();

const POINTS = { method: "points" };
const CARD = { method: "card", card: { token: "tok_approve" } };

const bought = async (how: object, overrides: Record<string, unknown> = {}) => {
  const { eventId } = await shared.at.stage.event(overrides);
  const user = await shared.at.stage.user({ balance: 50_000 });
  const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
  await shared.steps.pay(user, orderId, how);
  await shared.at.stage.settle();
  const order = await shared.steps.get(user, orderId);
  expect(order.status).toBe("confirmed");
  return { user, eventId, orderId, order };
};

const codeOf = (order: Order, n = 0) => (order.tickets as { code: string }[])[n]?.code;
const checkIn = ({ eventId }: Order, code: string | undefined) =>
  shared.at.stage.call("POST /v1/admin/check-ins", { token: shared.admin.token, body: { eventId, code } });
const refundByOrganiser = (orderId: string, query: Record<string, string> = {}, body?: object) =>
  shared.at.stage.call("POST /v1/admin/orders/{orderId}/refund", {
    token: shared.admin.token,
    params: { orderId },
    query,
    body,
  });
/** The log of an event since it was made, newest first. */
const logged = async (eventId: string) => (await organiser(shared.at.stage, shared.admin).log(eventId)).slice(0, -1);
const undoCheckIn = (ticketId: string, userId: string) =>
  shared.at.stage.call("DELETE /v1/admin/check-ins/{ticketId}", {
    token: shared.admin.token,
    params: { ticketId },
    query: { userId },
  });
const forced = (user: User, orderId: string) => refundByOrganiser(orderId, { userId: user.userId }, { force: true });
const stored = async (user: User, orderId: string) =>
  (await ofUser(user)).find((item) => item.sk === `ORDER#${orderId}`);
const ledger = (orderId: string) => shared.at.paymentsOf(orderId).map(({ status, refunded }) => [status, refunded]);
const basketOf = async (user: User) => (await ofUser(user)).find(({ sk }) => sk.startsWith("BASKET#"));

describe("released", () => {
  test("a held order frees its seats at once when it is given back, can be given back again, and a new order can follow", async () => {
    const { eventId } = await shared.at.stage.event();
    const [user, other] = await Promise.all([shared.at.stage.user(), shared.at.stage.user()]);
    const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    expect((await shared.steps.cancel(user, orderId)).status).toBe(204);
    expect((await shared.steps.cancel(user, orderId)).status).toBe(204);
    expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "released" });
    await shared.steps.held(other, { eventId, seats: ["A-1-1", "A-1-2"] });
    expect((await shared.steps.cancel(user, orderId)).status).toBe(204);
    expect(await items("Seats", eventId)).toHaveLength(2);
    await shared.steps.held(user, { eventId, seats: ["A-2-1"] });
  });

  test("releasing a lapsed order changes neither seats that others have taken over nor a newer order", async () => {
    const { eventId } = await shared.at.stage.event({ holdSeconds: 1 });
    const [user, other] = await Promise.all([shared.at.stage.user(), shared.at.stage.user()]);
    const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 302_000 });
    await shared.steps.held(other, { eventId, seats: ["A-1-2"] });
    const newer = await shared.steps.held(user, { eventId, seats: ["A-3-1"] });
    expect((await shared.steps.cancel(user, orderId)).status).toBe(204);
    const seats = await items("Seats", eventId);
    expect(seats.map(({ sk, userId }) => [sk, userId]).sort()).toEqual([
      ["A-1-2", other.userId],
      ["A-3-1", user.userId],
    ]);
    expect(await basketOf(user)).toMatchObject({ openOrder: newer.orderId });
  });

  test("a payment accepted before the release is not debited after it", async () => {
    const { eventId } = await shared.at.stage.event();
    const user = await shared.at.stage.user({ balance: 50_000 });
    for (const how of [POINTS, CARD]) {
      const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1"] });
      await shared.steps.pay(user, orderId, how);
      const [message = ""] = await intercept(shared.at.stage);
      await shared.steps.cancel(user, orderId);
      expect(await deliver(message)).toBe(0);
      expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "released" });
      expect(shared.at.paymentsOf(orderId)).toEqual([]);
    }
    expect(await shared.steps.wallet(user)).toBe(50_000);
  });
});

describe("refunded", () => {
  test("points are returned, seats freed and the limit lowered, once however often it is requested", async () => {
    const { user, eventId, orderId } = await bought(POINTS);
    const replies = await Promise.all(Array.from({ length: 5 }, () => shared.steps.cancel(user, orderId)));
    for (const { status, body } of replies) expect([status, body.status]).toEqual([202, "refunded"]);
    expect(await shared.steps.get(user, orderId)).toMatchObject({
      status: "refunded",
      payment: { status: "refunded" },
    });
    expect(await shared.steps.wallet(user)).toBe(50_000);
    expect((await shared.steps.entries(user)).map(({ amount }) => amount)).toEqual([20_000, -20_000]);
    expect(await items("Seats", eventId)).toEqual([]);
    expect((await basketOf(user))?.bought).toBe(0);
  });

  test("a card's money is returned through the stream, in full and once", async () => {
    const { user, eventId, orderId } = await bought(CARD);
    const reply = await shared.steps.cancel(user, orderId);
    expect([reply.status, reply.body.status]).toEqual([202, "refunding"]);
    expect(await items("Seats", eventId)).toEqual([]);
    await shared.at.stage.drain();
    expect(await shared.steps.get(user, orderId)).toMatchObject({
      status: "refunded",
      payment: { status: "refunded" },
    });
    expect(ledger(orderId)).toEqual([["refunded", 20_000]]);
    expect((await shared.steps.cancel(user, orderId)).body.status).toBe("refunded");
    await shared.at.stage.drain();
    expect(ledger(orderId)).toEqual([["refunded", 20_000]]);
  });

  test("a worker killed at every step of a card's refund, before and after its effect, refunds once", async () => {
    await everywhere(shared.kill, async (killed) => {
      const { user, orderId } = await bought(CARD);
      await shared.steps.cancel(user, orderId);
      const message = JSON.stringify({ kind: "refund", userId: user.userId, orderId });
      await killed(() => deliver(message));
      expect(await deliver(message)).toBe(0);
      expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "refunded" });
      expect(ledger(orderId)).toEqual([["refunded", 20_000]]);
    });
  });

  test("a refund whose message was lost is finished by the reconciliation", async () => {
    const { user, orderId } = await bought(CARD);
    await shared.steps.cancel(user, orderId);
    await shared.at.stage.reconcile();
    expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "refunded" });
    expect(ledger(orderId)).toEqual([["refunded", 20_000]]);
  });

  test("a refund that runs before the capture voids the authorisation, and the late capture takes nothing", async () => {
    const { eventId } = await shared.at.stage.event();
    const user = await shared.at.stage.user();
    const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1"] });
    await shared.steps.pay(user, orderId, CARD);
    const [message = ""] = await intercept(shared.at.stage);
    await shared.kill.run("order confirmed", "after", () => deliver(message)); // confirmed, not captured
    expect(ledger(orderId)).toEqual([["authorised", 0]]);
    expect((await shared.steps.cancel(user, orderId)).status).toBe(202);
    await deliver(JSON.stringify({ kind: "refund", userId: user.userId, orderId }), message);
    await deliver(message);
    expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "refunded" });
    expect(ledger(orderId)).toEqual([["voided", 0]]);
  });

  test("money captured between the read and the void is refunded", async () => {
    const { orderId } = await bought(CARD);
    const [payment] = shared.at.paymentsOf(orderId);
    const stale = { ...(payment as NonNullable<typeof payment>), status: "authorised" } as const;
    for (let times = 0; times < 2; times++)
      expect(await undo(provider("sandbox"), stale)).toMatchObject({ status: "refunded", refunded: 20_000 });
  });

  test("a buyer can cancel until cancelUntil, an organiser after it too", async () => {
    const cancelUntil = new Date(Date.now() + 60_000).toISOString();
    const { user, orderId } = await bought(POINTS, { cancelUntil });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    const reply = await shared.steps.cancel(user, orderId);
    expect([reply.status, reply.body.code]).toEqual([409, "order.not_cancellable"]);
    const refunded = await refundByOrganiser(orderId, { userId: user.userId });
    expect(refunded.status).toBe(202);
    expect(refunded.body).toMatchObject({ orderId, status: "refunded", userId: user.userId, email: user.email });
    expect((await refundByOrganiser(orderId, { userId: user.userId })).body.status).toBe("refunded");
    expect(await shared.steps.wallet(user)).toBe(50_000);
  });

  test("an organiser finds an order by its id alone after its mail went out", async () => {
    const { orderId } = await bought(POINTS);
    await shared.at.stage.drain();
    expect((await refundByOrganiser(orderId)).body).toMatchObject({ orderId, status: "refunded" });
    expect((await refundByOrganiser("ord_01ARZ3NDEKTSV4RRFFQ69G5FAV")).body.code).toBe("order.not_found");
  });

  test("an order with a checked-in ticket is not refunded", async () => {
    for (const how of [POINTS, CARD]) {
      const { user, orderId, order } = await bought(how);
      expect((await checkIn(order, codeOf(order, 1))).status).toBe(201);
      for (const reply of [
        await shared.steps.cancel(user, orderId),
        await refundByOrganiser(orderId, { userId: user.userId }),
      ])
        expect([reply.status, reply.body.code]).toEqual([409, "order.not_cancellable"]);
      expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
    }
  });

  test("an order with a checked-in ticket is refunded by an organiser who confirms it, and admits nobody else", async () => {
    for (const how of [POINTS, CARD]) {
      const { user, orderId, order } = await bought(how);
      expect((await checkIn(order, codeOf(order, 1))).status).toBe(201);
      expect((await refundByOrganiser(orderId, { userId: user.userId }, { force: false })).body).toMatchObject({
        code: "order.not_cancellable",
        checkedIn: true,
      });
      expect((await forced(user, orderId)).status).toBe(202);
      await shared.at.stage.drain();
      expect(await shared.steps.get(user, orderId)).toMatchObject({
        status: "refunded",
        payment: { status: "refunded" },
      });
      expect((await forced(user, orderId)).body.status).toBe("refunded");
      expect((await stored(user, orderId))?.forced).toEqual({ by: shared.admin.userId, at: expect.any(Number) });
      for (const n of [0, 1]) expect((await checkIn(order, codeOf(order, n))).body.code).toBe("ticket.invalid");
    }
  });

  test("an organiser's refund is in the event's log with it, once, and says how; a refused one is not", async () => {
    const { user, eventId, orderId, order } = await bought(CARD);
    const query = { userId: user.userId };
    expect((await checkIn(order, codeOf(order))).status).toBe(201);
    expect((await refundByOrganiser(orderId, query)).status).toBe(409);
    expect(await logged(eventId)).toEqual([]);
    for (const status of [202, 202]) expect((await forced(user, orderId)).status).toBe(status);
    const entry = { action: "order.refunded", subject: orderId, by: shared.admin.userId };
    const first = { ...entry, changes: { forced: { to: true } } };
    expect(await logged(eventId)).toMatchObject([first]);
    const otherwise = { returnedOtherwise: true };
    for (const status of [202, 202]) expect((await refundByOrganiser(orderId, query, otherwise)).status).toBe(status);
    expect(await logged(eventId)).toMatchObject([{ ...entry, changes: { returnedOtherwise: { to: true } } }, first]);
    const plain = await bought(POINTS);
    await Promise.all(Array.from({ length: 5 }, () => refundByOrganiser(plain.orderId, { userId: plain.user.userId })));
    const [only, ...more] = await logged(plain.eventId);
    expect([only, more]).toEqual([{ ...only, action: "order.refunded", subject: plain.orderId }, []]);
    expect(only).not.toHaveProperty("changes");
  });

  test("a refund by its buyer, or by the gateway's ledger, is no organiser's: the event's log has none", async () => {
    const own = await bought(POINTS);
    expect((await shared.steps.cancel(own.user, own.orderId)).body.status).toBe("refunded");
    expect((await refundByOrganiser(own.orderId, { userId: own.user.userId })).body.status).toBe("refunded");
    const { user, eventId, orderId } = await bought(CARD);
    const [payment] = shared.at.paymentsOf(orderId);
    const returned = await undo(provider("sandbox"), payment as NonNullable<typeof payment>);
    const entry = { ...returned, provider: "sandbox", createdAt: new Date().toISOString() } as const;
    expect(await Payment.settleEntry({ payment: entry, now: Date.now() })).toBe("returned");
    expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "refunding" });
    for (const event of [own.eventId, eventId]) expect(await logged(event)).toEqual([]);
  });

  test("only an organiser may confirm it, with fields that the route has", async () => {
    const { user, orderId, order } = await bought(POINTS);
    expect((await checkIn(order, codeOf(order))).status).toBe(201);
    const params = { orderId };
    const own = await shared.at.stage.call("DELETE /v1/orders/{orderId}", {
      token: user.token,
      params,
      body: { force: true },
    });
    expect([own.status, own.body.code]).toEqual([409, "order.not_cancellable"]);
    for (const [body, path] of [
      [{ force: "yes" }, "force"],
      [{ forced: true }, "forced"],
    ] as const)
      expect(await refundByOrganiser(orderId, { userId: user.userId }, body)).toMatchObject({
        status: 422,
        body: { errors: [{ path }] },
      });
    expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
  });

  test("a forced refund succeeds while the wallet changes", async () => {
    const { user, orderId, order } = await bought(POINTS);
    expect((await checkIn(order, codeOf(order))).status).toBe(201);
    const send = db().send.bind(db()) as unknown as (command: object) => Promise<unknown>;
    let moved = 0;
    vi.spyOn(db(), "send").mockImplementation((async (command: { input: { TransactItems?: unknown[] } }) => {
      if (command.input.TransactItems && moved++ === 0)
        await send(
          new UpdateCommand({
            TableName: table("Accounts"),
            Key: { pk: `USER#${user.userId}`, sk: "WALLET" },
            UpdateExpression: "ADD balance :one",
            ExpressionAttributeValues: { ":one": 1 },
          }),
        );
      return send(command);
    }) as never);
    expect((await forced(user, orderId)).status).toBe(202);
    expect(moved).toBeGreaterThan(1);
    vi.restoreAllMocks();
    expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "refunded" });
    expect(await shared.steps.wallet(user)).toBe(50_001);
  });

  test("a check-in and a forced refund at once end refunded, and only an earlier check-in admits", async () => {
    for (let n = 0; n < 10; n++) {
      const { user, orderId, order } = await bought(POINTS);
      const [entered, refund] = await Promise.all([checkIn(order, codeOf(order)), forced(user, orderId)]);
      expect([201, 422, 503]).toContain(entered.status);
      expect([202, 503]).toContain(refund.status);
      if (refund.status === 503) continue;
      expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "refunded" });
      expect(await shared.steps.wallet(user)).toBe(50_000);
      expect((await checkIn(order, codeOf(order))).body.code).toBe("ticket.invalid");
    }
  });

  test("an undone check-in allows the refund; of an undo and a refund at once both or the undo alone succeed", async () => {
    for (let n = 0; n < 10; n++) {
      const { user, orderId, order } = await bought(POINTS);
      const { ticketId } = (await checkIn(order, codeOf(order))).body;
      const [undone, refund] = await Promise.all([
        undoCheckIn(ticketId, user.userId),
        shared.steps.cancel(user, orderId),
      ]);
      expect([204, 503]).toContain(undone.status);
      expect([202, 409, 503]).toContain(refund.status);
      const { status } = await shared.steps.get(user, orderId);
      expect(status).toBe(refund.status === 202 ? "refunded" : "confirmed");
      if (refund.status === 202) expect(undone.status).toBe(204);
      if (undone.status === 204 && refund.status === 409)
        expect((await shared.steps.cancel(user, orderId)).status).toBe(202);
    }
  });

  test("of a check-in and a refund at once exactly one succeeds", async () => {
    for (let n = 0; n < 10; n++) {
      const { user, orderId, order } = await bought(POINTS);
      const [entered, refund] = await Promise.all([checkIn(order, codeOf(order)), shared.steps.cancel(user, orderId)]);
      const { status } = await shared.steps.get(user, orderId);
      if (entered.status === 201) {
        expect([refund.status, status]).toEqual([refund.status === 503 ? 503 : 409, "confirmed"]);
      } else {
        expect([422, 503]).toContain(entered.status);
        expect([202, 503]).toContain(refund.status);
        expect(status).toBe(refund.status === 202 ? "refunded" : "confirmed");
      }
    }
  });

  test("refunded seats can be bought again, by the same buyer and within the limit", async () => {
    const { user, eventId, orderId } = await bought(POINTS, { maxSeatsPerUser: 2 });
    await shared.steps.cancel(user, orderId);
    const again = await shared.steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    await shared.steps.pay(user, again.orderId);
    await shared.at.stage.settle();
    expect(await shared.steps.get(user, again.orderId)).toMatchObject({ status: "confirmed" });
  });
});

describe("a card's refund by its id", () => {
  const asked: Record<string, [name: string, amount: number][]> = {};
  beforeEach(() => {
    const { refund } = provider("sandbox");
    vi.spyOn(provider("sandbox"), "refund").mockImplementation(async (request) => {
      const before = await provider("sandbox").get(request.paymentId);
      const after = await refund(request);
      const orderId = after.reference.split(".")[1] ?? "";
      if (after.refunded > before.refunded)
        asked[orderId] = [...(asked[orderId] ?? []), [request.key, after.refunded - before.refunded]];
      return after;
    });
  });
  const drained = async ({ user, orderId }: { user: User; orderId: string }) => {
    await shared.steps.cancel(user, orderId);
    await shared.at.stage.drain();
  };
  const keyOf = ({ user, orderId }: { user: User; orderId: string }) => ({
    TableName: table("Orders"),
    Key: Orders.orderKey(user.userId, orderId),
  });
  const find = ({ user, orderId }: { user: User; orderId: string }) => Orders.get({ userId: user.userId, orderId });
  /** A partial refund, which no route offers yet: recorded, and made at the gateway. */
  const part = async (order: { user: User; orderId: string }, id: string, amount: number) => {
    const { attemptId = "", attempts } = await find(order);
    await db().send(
      new UpdateCommand({
        ...keyOf(order),
        UpdateExpression: "SET attempts.#id.refunds = :refunds",
        ExpressionAttributeNames: { "#id": attemptId },
        ExpressionAttributeValues: { ":refunds": [...(attempts[attemptId]?.refunds ?? []), { id, amount }] },
      }),
    );
    const paymentId = attempts[attemptId]?.paymentId ?? "";
    await provider("sandbox").refund({ paymentId, amount, key: id });
  };

  refunds({
    name: "sandbox",
    bought: () => bought(CARD),
    cancelled: drained,
    refundsOf: (orderId) => asked[orderId] ?? [],
  });

  test("the rest after a partial refund is returned under its own id, and both add up to the charge", async () => {
    const order = await bought(CARD);
    await part(order, "rf_part", 5_000);
    await drained(order);
    const { attempts, attemptId = "", status } = await find(order);
    expect(status).toBe("refunded");
    expect(attempts[attemptId]?.refunds).toEqual([
      { id: "rf_part", amount: 5_000 },
      { id: expect.stringMatching(/^rf_0/), amount: 15_000 },
    ]);
    expect(asked[order.orderId]?.map(([, amount]) => amount)).toEqual([5_000, 15_000]);
    expect(ledger(order.orderId)).toEqual([["refunded", 20_000]]);
  });

  test("a partial refund written between the read of the order and the refund is not repeated", async () => {
    const order = await bought(CARD);
    const stale = await find(order);
    await part(order, "rf_part", 5_000);
    const { attemptId = "" } = stale;
    const attempt = { ...stale.attempts[attemptId], refunds: [{ id: "rf_all", amount: 20_000 }] } as Orders.Attempt;
    const refusals = await transact(Orders.GivingBack.refund({ order: stale, attemptId, attempt, now: Date.now() }));
    expect(failed(refusals ?? [], Orders.Refusals.ORDER)).toBe(true);
    await drained(order);
    expect(ledger(order.orderId)).toEqual([["refunded", 20_000]]);
  });

  test("a dispute that comes between the read of the order and its refund stops the refund", async () => {
    const order = await bought(CARD);
    const stale = await find(order);
    const { attemptId = "" } = stale;
    await transact([Orders.Transitions.disputed({ order: stale, attemptId, disputed: true })]);
    const attempt = stale.attempts[attemptId] as Orders.Attempt;
    const refusals = await transact(Orders.GivingBack.refund({ order: stale, attemptId, attempt, now: Date.now() }));
    expect(failed(refusals ?? [], Orders.Refusals.ORDER)).toBe(true);
    expect((await shared.steps.cancel(order.user, order.orderId)).body.code).toBe("order.not_cancellable");
  });

  test("an order cancelled before refunds had ids is refunded once", async () => {
    const order = await bought(CARD);
    await shared.steps.cancel(order.user, order.orderId);
    const { attemptId = "" } = await find(order);
    await db().send(
      new UpdateCommand({
        ...keyOf(order),
        UpdateExpression: "REMOVE attempts.#id.refunds",
        ExpressionAttributeNames: { "#id": attemptId },
      }),
    );
    await shared.at.stage.drain();
    expect((await find(order)).status).toBe("refunded");
    expect(asked[order.orderId]).toEqual([[expect.stringMatching(/^pay_.*:refund:20000$/), 20_000]]);
  });
});
