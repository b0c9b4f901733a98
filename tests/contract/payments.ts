/**
 * The contract that every payment gateway is held to, over its own wire: each outcome, each crash, each order of events. After each
 * the order, its seats, the gateway's ledger and what we owe agree, and the buyer was told nothing untrue.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import { logger } from "#core/lib/logger.ts";
import * as Metrics from "#core/lib/metrics.ts";
import { call, deliver, intercept, killer } from "#tests/bank.ts";
import type { User } from "#tests/harness.ts";
import { items, type Order, ofUser, shop } from "#tests/shop.ts";
import type { Behaviour, Entry, Gateway } from "./gateway.ts";

export type Case = { user: User; eventId: string; orderId: string };

/** What tests of one gateway share. */
export const fixture = <G extends Gateway>(open: () => Promise<G>) => {
  const shared = {} as { at: G; steps: ReturnType<typeof shop>; kill: ReturnType<typeof killer>; admin: User };

  beforeAll(async () => {
    shared.at = await open();
    shared.kill = killer();
    shared.steps = shop(shared.at.stage);
    shared.admin = await shared.at.stage.user({ roles: ["admin"] });
  });
  afterAll(() => shared.at.stop());
  beforeEach(() => {
    shared.at.answers.length = 0;
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

  const held = async (overrides: Record<string, unknown> = {}): Promise<Case> => {
    const { eventId } = await shared.at.stage.event({ holdSeconds: 3_600, ...overrides });
    const user = await shared.at.stage.user({ balance: 50_000 });
    const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    return { user, eventId, orderId };
  };

  const get = ({ user, orderId }: Case) => shared.steps.get(user, orderId);
  const stored = async ({ user, orderId }: Case) =>
    (await ofUser(user)).find(({ sk }) => sk === `ORDER#${orderId}`) ?? {};

  const token = (behaviour: Behaviour): Promise<string> => {
    const card = shared.at.cards[behaviour];
    if (!card) throw new Error(`${shared.at.name} has no card that is ${behaviour}`);
    return card();
  };

  /** The newest message of this kind about an order; what else waits is left to its own time. */
  const message = async (of: string, kind: string): Promise<string> =>
    (await intercept(shared.at.stage)).findLast((body) => {
      const message = JSON.parse(body);
      return message.kind === kind && message.orderId === of;
    }) ?? "";

  /** Sends the payment, and answers the worker's message. */
  const sent = async ({ user, orderId }: Case, behaviour: Behaviour): Promise<string> => {
    const card = { method: "card", card: { token: await token(behaviour) } };
    expect((await shared.steps.pay(user, orderId, card)).status).toBe(202);
    return message(orderId, "payment");
  };

  /** Lets worker, gateway and webhooks work until the order is no longer being paid, or there is something to do for its buyer. */
  const settled = async (order: Case): Promise<Order> => {
    for (let n = 0; n < 20; n++) {
      await shared.at.stage.settle();
      const { status, payment } = await get(order);
      if (status !== "paying" || (payment as { action?: object }).action) break;
      await sleep(50);
    }
    await sleep(20);
    await shared.at.stage.settle();
    return get(order);
  };

  const paid = async (order: Case, behaviour: Behaviour): Promise<Order> => {
    const card = { method: "card", card: { token: await token(behaviour) } };
    expect((await shared.steps.pay(order.user, order.orderId, card)).status).toBe(202);
    return settled(order);
  };

  const confirmed = async (behaviour: Behaviour = "approved"): Promise<Case> => {
    const order = await held();
    expect(await paid(order, behaviour)).toMatchObject({ status: "confirmed" });
    return order;
  };

  const back = ({ user, orderId }: Case, body: { cancel?: boolean } = {}, by = user) =>
    shared.at.stage.call("POST /v1/orders/{orderId}/payment/return", { token: by.token, params: { orderId }, body });

  const kept = ({ status, amount, refunded }: Entry) =>
    ["captured", "partially_refunded"].includes(status) ? amount - refunded : 0;
  const taken = ({ orderId }: Case) =>
    shared.at
      .paymentsOf(orderId)
      .map(kept)
      .filter((amount) => amount > 0);

  /** Order, seats, ledger and debts say the same, and nothing is left that could still take money. */
  const agree = async (
    order: Case,
    status: "confirmed" | "held" | "released" | "refunded" | "expired",
  ): Promise<void> => {
    expect(await get(order)).toMatchObject({ status });
    expect(taken(order)).toEqual(status === "confirmed" ? [20_000] : []);
    const seats = (await items("Seats", order.eventId)).filter(({ orderId }) => orderId === order.orderId);
    const state = { confirmed: "sold", held: "held", expired: "held", released: undefined, refunded: undefined }[
      status
    ];
    expect(seats.map((seat) => seat.state)).toEqual(state ? [state, state] : []);
    const { owed, open, attempts = {} } = await stored(order);
    const named = Object.values(attempts as Record<string, { paymentId?: string }>).map(({ paymentId }) => paymentId);
    // one whose answer was lost at its preparation is on no order: no card is ever asked for it
    const undecided = shared.at
      .paymentsOf(order.orderId)
      .filter(
        ({ status, paymentId }) =>
          shared.at.undecided.includes(status) || (status === "prepared" && named.includes(paymentId)),
      );
    expect(undecided).toEqual([]);
    expect([owed, open]).toEqual([undefined, undefined]);
    for (const attempt of Object.values(attempts as Record<string, object>))
      if ((attempt as { status: string }).status !== "pending") expect(attempt).not.toHaveProperty("token");
    expect(JSON.stringify(attempts)).not.toMatch(/_secret_/);
  };

  const declined = async (order: Case, reason: string, code?: string) => {
    const { payment } = await get(order);
    expect(payment).toMatchObject({ status: "declined", reason, ...(code && { code }) });
    expect(payment).not.toHaveProperty("action");
    await agree(order, "held");
  };

  /** The order can be paid after all, once. */
  const payable = async (order: Case) => {
    await paid(order, "approved");
    await agree(order, "confirmed");
  };

  return {
    shared,
    ...{
      later,
      held,
      get,
      stored,
      token,
      message,
      sent,
      settled,
      paid,
      confirmed,
      back,
      taken,
      agree,
      declined,
      payable,
    },
  };
};

/** Runs `round` with the process killed before and after each of its calls, until there is no call left. */
export const everywhere = async (
  kill: ReturnType<typeof killer>,
  round: (killed: (work: () => Promise<unknown>) => Promise<boolean>) => Promise<void>,
): Promise<number> => {
  let calls = 0;
  for (const when of ["before", "after"] as const)
    for (let nth = 1, killed = true; killed; nth++) {
      await round(async (work) => {
        killed = await kill.run(nth, when, work);
        return killed;
      });
      calls = Math.max(calls, nth - 1);
      expect(nth).toBeLessThan(40);
    }
  return calls;
};

export const contract = <G extends Gateway>(given: ReturnType<typeof fixture<G>>, cards: readonly Behaviour[]) => {
  const { shared, later, held, get, stored, sent, settled, paid, confirmed, back, agree, declined, payable } = given;
  const has = (behaviour: Behaviour) => cards.includes(behaviour);
  const of = (...behaviours: Behaviour[]) => behaviours.filter(has);

  describe("a card that pays", () => {
    test.each(
      of("approved", "silentAfter", "failingBefore", "failingAfter", "laterApproved", "webhookEarly", "webhookTwice"),
    )("%s: confirmed, and charged once", async (behaviour) => {
      const order = await held();
      await paid(order, behaviour);
      await agree(order, "confirmed");
    });

    test.each(of("webhookLate", "webhookForged", "webhookStale"))(
      "%s: confirmed, whatever the webhook",
      async (behaviour) => {
        const order = await held();
        await paid(order, behaviour);
        await agree(order, "confirmed");
        const expected = behaviour === "webhookLate" ? 202 : 401;
        await expect.poll(() => shared.at.answers).toContain(expected);
        await settled(order);
        await agree(order, "confirmed");
      },
    );

    test("without any webhook the worker, or after it the reconciliation, finds the answer", async () => {
      shared.at.mute(true);
      for (const behaviour of of("approved", "laterApproved")) {
        vi.useRealTimers();
        const order = await held();
        await paid(order, behaviour);
        later(120);
        await shared.at.stage.reconcile();
        await agree(order, "confirmed");
      }
    });
  });

  describe("a card that does not pay", () => {
    test.each(of("declined", "laterDeclined", "unknown"))(
      "%s: nothing is charged, and the order can be paid otherwise",
      async (behaviour) => {
        const order = await held();
        await paid(order, behaviour);
        const { codes } = shared.at;
        const code = { declined: codes.declined, unknown: codes.unknown }[behaviour as string];
        await declined(order, "card.declined", code);
        await payable(order);
      },
    );

    test("an answer that never comes closes the attempt after ten minutes, and not before", async () => {
      const order = await held();
      await paid(order, "silentBefore");
      later(9 * 60);
      await shared.at.stage.reconcile();
      expect(await get(order)).toMatchObject({ status: "paying" });
      later(10 * 60 + 5);
      await shared.at.stage.reconcile();
      await declined(order, "payment.unconfirmed");
      await payable(order);
    });

    test("a card that is asked while the attempt is being closed confirms nothing, and is let go of", async () => {
      shared.at.mute(true);
      const order = await held();
      const message = await sent(order, "approved");
      await shared.kill.run(4, "after", () => deliver(message)); // written as paying, and no more
      const gateway = provider(shared.at.name);
      const { get: look } = gateway;
      const [looked, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      vi.spyOn(gateway, "get").mockImplementationOnce(async (paymentId) => {
        const prepared = await look(paymentId);
        looked.resolve();
        await asked.promise;
        return prepared;
      });
      later(10 * 60 + 5);
      const closing = shared.at.stage.reconcile();
      await looked.promise;
      vi.useRealTimers(); // a worker that began before the ten minutes were over
      const { authorise, void: letGo } = gateway;
      const [voided, delivered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      vi.spyOn(gateway, "authorise").mockImplementationOnce(async (request) => {
        const authorised = await authorise(request);
        asked.resolve();
        await voided.promise;
        return authorised;
      });
      vi.spyOn(gateway, "void").mockImplementationOnce(async (request) => {
        const after = await letGo(request);
        voided.resolve();
        await delivered.promise;
        return after;
      });
      await deliver(message);
      delivered.resolve();
      await closing;
      await declined(order, "payment.unconfirmed");
      expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ status: "voided", refunded: 0 }]);
    });

    test("another amount than the order's pays nothing", async () => {
      const order = await held();
      const gateway = provider(shared.at.name);
      const { prepare } = gateway;
      vi.spyOn(gateway, "prepare").mockImplementationOnce((request) => prepare({ ...request, amount: 1_000 }));
      await paid(order, "approved");
      await declined(order, "payment.mismatch");
      await payable(order);
    });

    test("an answer about somebody else's paid order pays nothing, and leaves theirs alone", async () => {
      const theirs = await confirmed();
      const gateway = provider(shared.at.name);
      const foreign = await gateway.get(shared.at.paymentsOf(theirs.orderId)[0]?.paymentId ?? "");
      for (const call of ["authorise", "get"] as const) {
        const order = await held();
        const message = await sent(order, "approved");
        const spy = vi.spyOn(gateway, call).mockResolvedValueOnce(foreign);
        if (call === "get") await shared.kill.run(4, "after", () => deliver(message)); // written as paying, and no more
        await deliver(message);
        spy.mockRestore();
        await deliver(message);
        await declined(order, "payment.mismatch");
        await payable(order);
      }
      await agree(theirs, "confirmed");
    });
  });

  describe.runIf(has("challenged"))("a card whose bank asks its owner", () => {
    const asked = async (behaviour: Behaviour = "challenged") => {
      const order = await held();
      await paid(order, behaviour);
      expect(await get(order)).toMatchObject({ status: "paying", payment: { status: "pending", action: action() } });
      return order;
    };
    const action = () => ({ type: expect.stringMatching(/^(stripe|redirect)$/) });
    const authenticate = async ({ orderId }: Case, outcome: "complete" | "fail") =>
      shared.at.authenticate?.(orderId, outcome);

    test("passed, and told by the webhook: confirmed", async () => {
      const order = await asked();
      await authenticate(order, "complete");
      await settled(order);
      await agree(order, "confirmed");
      expect((await get(order)).payment).not.toHaveProperty("action");
    });

    test("passed, with no webhook: the buyer's return has the gateway asked", async () => {
      shared.at.mute(true);
      const order = await asked();
      await authenticate(order, "complete");
      expect((await back(order)).status).toBe(202);
      await settled(order);
      await agree(order, "confirmed");
    });

    test("passed, with neither webhook nor return: the reconciliation finds it", async () => {
      shared.at.mute(true);
      const order = await asked();
      await authenticate(order, "complete");
      later(120);
      await shared.at.stage.reconcile();
      await agree(order, "confirmed");
    });

    test("not passed: unverified, and payable otherwise", async () => {
      const order = await asked();
      await authenticate(order, "fail");
      await settled(order);
      await declined(order, "card.unverified");
      await payable(order);
    });

    test("passed, and then declined by the bank: declined with its code", async () => {
      const order = await asked("challengedDeclined");
      await authenticate(order, "complete");
      await settled(order);
      await declined(order, "card.declined", "generic_decline");
    });

    test("a return before anything was done changes nothing", async () => {
      const order = await asked();
      for (let n = 0; n < 3; n++) await back(order);
      await shared.at.stage.settle();
      expect(await get(order)).toMatchObject({ status: "paying", payment: { action: action() } });
      await authenticate(order, "complete");
      await settled(order);
      await agree(order, "confirmed");
    });

    test("abandoned: seats are kept for ten minutes and no longer", async () => {
      const order = await asked();
      later(9 * 60);
      await shared.at.stage.reconcile();
      expect(await get(order)).toMatchObject({ status: "paying", payment: { action: action() } });
      later(10 * 60 + 5);
      await shared.at.stage.reconcile();
      await declined(order, "card.unverified");
      await payable(order);
    });

    test("given up by its buyer: closed at once, and too late for the bank's page", async () => {
      const order = await asked();
      expect((await back(order, { cancel: true })).status).toBe(202);
      await settled(order);
      await declined(order, "card.unverified");
      await expect(authenticate(order, "complete")).rejects.toThrow();
      await payable(order);
    });

    test("given up after the bank had agreed: the gateway's answer counts, and it is paid", async () => {
      shared.at.mute(true);
      const order = await asked();
      await authenticate(order, "complete");
      await back(order, { cancel: true });
      await settled(order);
      await agree(order, "confirmed");
    });

    test("what is to be done is for the order's owner alone, is in no log, and is gone after the end", async () => {
      const logged = (["info", "warn", "error", "debug"] as const).map((level) => vi.spyOn(logger, level));
      const order = await asked();
      const { payment } = await get(order);
      const secret = JSON.stringify((payment as { action: object }).action).match(
        /pi_\w+_secret_\w+|https?:[^"]+/,
      )?.[0];
      expect(secret).toBeDefined();
      const list = await shared.at.stage.call("GET /v1/admin/orders", {
        token: shared.admin.token,
        query: { eventId: order.eventId },
      });
      expect(list.status).toBe(200);
      expect(list.raw.toString()).not.toContain(secret);
      const other = await shared.at.stage.user();
      const { orderId } = order;
      const params = { orderId };
      expect((await shared.at.stage.call("GET /v1/orders/{orderId}", { token: other.token, params })).status).toBe(404);
      expect((await back(order, {}, other)).status).toBe(404);
      expect((await back(order, { cancel: true }, other)).status).toBe(404);
      await authenticate(order, "complete");
      await settled(order);
      await agree(order, "confirmed");
      expect(JSON.stringify(await get(order))).not.toContain(secret);
      expect(JSON.stringify(logged.flatMap((spy) => spy.mock.calls))).not.toMatch(/_secret_|ctoken_|tok_/);
    });

    test("the worker killed before and after each of its calls, before the bank asks and after it has", {
      timeout: 240_000,
    }, async () => {
      shared.at.mute(true);
      await everywhere(shared.kill, async (killed) => {
        const order = await held();
        const message = await sent(order, "challenged");
        await killed(() => deliver(message));
        expect(await deliver(message)).toBe(0);
        expect(await get(order)).toMatchObject({ status: "paying", payment: { action: action() } });
        await authenticate(order, "complete");
        await deliver(message);
        later(120);
        await shared.at.stage.reconcile();
        vi.useRealTimers();
        await agree(order, "confirmed");
      });
      await everywhere(shared.kill, async (killed) => {
        const order = await asked();
        await authenticate(order, "fail");
        await back(order);
        const message = await given.message(order.orderId, "return");
        await killed(() => deliver(message));
        await deliver(message);
        later(120);
        await shared.at.stage.reconcile();
        vi.useRealTimers();
        await declined(order, "card.unverified");
      });
    });
  });

  describe("the worker killed before and after each of its calls", () => {
    for (const [behaviour, end] of [
      ["approved", "confirmed"],
      ["silentAfter", "confirmed"],
      ["failingAfter", "confirmed"],
      ["failingBefore", "confirmed"],
      ["declined", "held"],
    ] as const)
      test.runIf(has(behaviour))(`${behaviour}: ${end}, once`, { timeout: 240_000 }, async () => {
        shared.at.mute(true);
        const calls = await everywhere(shared.kill, async (killed) => {
          const order = await held();
          const message = await sent(order, behaviour);
          await killed(() => deliver(message));
          for (let n = 0; n < 3 && (await deliver(message)) > 0; n++);
          if ((await stored(order)).owed) {
            later(120); // closed, and its payment not yet let go of
            await shared.at.stage.reconcile();
            vi.useRealTimers();
          }
          await agree(order, end);
        });
        expect(calls).toBeGreaterThanOrEqual(5);
      });

    test("a refund is made once", { timeout: 240_000 }, async () => {
      shared.at.mute(true);
      await everywhere(shared.kill, async (killed) => {
        const order = await confirmed();
        await shared.steps.cancel(order.user, order.orderId);
        const message = JSON.stringify({ kind: "refund", userId: order.user.userId, orderId: order.orderId });
        await killed(() => deliver(message));
        expect(await deliver(message)).toBe(0);
        await agree(order, "refunded");
        expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: 20_000 }]);
      });
    });

    test.runIf(has("captureExpired"))(
      "an authorisation that is gone: released, once",
      { timeout: 240_000 },
      async () => {
        shared.at.mute(true);
        await everywhere(shared.kill, async (killed) => {
          const order = await held();
          const message = await sent(order, "captureExpired");
          await killed(() => deliver(message));
          for (let n = 0; n < 3 && (await deliver(message)) > 0; n++);
          for (const seconds of [120, 11 * 60, 12 * 60]) {
            later(seconds);
            await shared.at.stage.reconcile();
          }
          vi.useRealTimers();
          await agree(order, "released");
        });
      },
    );
  });

  test("seats that are lost while nobody works on the payment: nothing is ever taken", async () => {
    shared.at.mute(true);
    const order = await held({ holdSeconds: 1 });
    const message = await sent(order, "approved");
    await shared.kill.run(call.authorised, "after", () => deliver(message));
    later(16 * 60);
    await shared.steps.held(await shared.at.stage.user(), { eventId: order.eventId, seats: ["A-1-2"] });
    await deliver(message);
    expect(await get(order)).toMatchObject({ status: "expired", payment: { status: "declined", reason: "seat.lost" } });
    expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ status: "voided", refunded: 0 }]);
    expect((await stored(order)).owed).toBeUndefined();
  });

  describe("two at once", () => {
    test("two tabs with a card each charge one", async () => {
      for (let n = 0; n < 3; n++) {
        const order = await held();
        const messages = [];
        for (let tab = 0; tab < 2; tab++) messages.push(await sent(order, "approved"));
        await deliver(...messages);
        await deliver(...messages);
        await settled(order);
        await agree(order, "confirmed");
      }
    });

    test("points and a card charge one", async () => {
      for (let n = 0; n < 3; n++) {
        const order = await held();
        const byCard = await sent(order, "approved");
        await shared.steps.pay(order.user, order.orderId);
        const byPoints = await given.message(order.orderId, "payment");
        await deliver(byCard, byPoints);
        await deliver(byCard, byPoints);
        const spent = 50_000 - (await shared.steps.wallet(order.user));
        expect(await get(order)).toMatchObject({ status: "confirmed" });
        const charged = given.taken(order).reduce((sum, amount) => sum + amount, 0);
        expect(spent + charged).toBe(20_000);
      }
    });

    test("the message and a webhook, delivered together and again, end the same", async () => {
      const order = await held();
      const message = await sent(order, "approved");
      await deliver(message, message);
      const [payment] = shared.at.paymentsOf(order.orderId);
      const { attemptId } = JSON.parse(message);
      const reference = `${order.user.userId}.${order.orderId}.${attemptId}`;
      const webhook = JSON.stringify({ kind: "gateway", paymentId: payment?.paymentId, reference });
      await deliver(webhook, message, webhook);
      await agree(order, "confirmed");
    });
  });

  describe("money that goes back", () => {
    test("a refund is done through the stream, once however often it is asked", async () => {
      const order = await confirmed();
      for (let n = 0; n < 2; n++) {
        await shared.steps.cancel(order.user, order.orderId);
        await shared.at.stage.drain();
        await agree(order, "refunded");
      }
      expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: 20_000 }]);
    });

    test.runIf(has("refundPending"))("a refund that is on its way is not done before it is there", async () => {
      const count = vi.spyOn(Metrics, "count");
      shared.at.mute(true);
      const order = await confirmed("refundPending");
      await shared.steps.cancel(order.user, order.orderId);
      await shared.at.stage.drain();
      expect(await get(order)).toMatchObject({ status: "refunding" });
      await sleep(100);
      await shared.at.stage.reconcile();
      await agree(order, "refunded");
      expect(count).not.toHaveBeenCalledWith("RefundRefused");
    });

    test.runIf(has("refundFails"))(
      "a refund that does not go through leaves the order refunding, and rings",
      async () => {
        const count = vi.spyOn(Metrics, "count");
        const order = await confirmed("refundFails");
        await shared.steps.cancel(order.user, order.orderId);
        await shared.at.stage.drain();
        await sleep(100);
        for (let minute = 0; minute < 3; minute++) await shared.at.stage.reconcile();
        await shared.at.stage.drain();
        expect(await get(order)).toMatchObject({ status: "refunding", payment: { status: "approved" } });
        expect(given.taken(order)).toEqual([20_000]);
        expect(count).toHaveBeenCalledWith("RefundRefused");
      },
    );

    test.runIf(has("refundFailsLater"))("a refund that fails after it was done rings", async () => {
      const count = vi.spyOn(Metrics, "count");
      const order = await confirmed("refundFailsLater");
      await shared.steps.cancel(order.user, order.orderId);
      await shared.at.stage.drain();
      expect(await get(order)).toMatchObject({ status: "refunded" });
      await expect
        .poll(async () => {
          await shared.at.stage.settle();
          return count.mock.calls.flat();
        })
        .toContain("RefundRefused");
      expect(given.taken(order)).toEqual([20_000]);
    });

    test.runIf(has("captureExpired"))(
      "an authorisation that is gone at its capture: tickets void, seats free",
      async () => {
        const order = await held();
        await paid(order, "captureExpired");
        for (const seconds of [120, 11 * 60, 12 * 60]) {
          later(seconds);
          await shared.at.stage.reconcile();
        }
        vi.useRealTimers();
        expect((await get(order)).payment).toMatchObject({ status: "declined", reason: "payment.capture_failed" });
        await agree(order, "released");
        expect(await items("Seats", order.eventId)).toEqual([]);
      },
    );
  });
};
