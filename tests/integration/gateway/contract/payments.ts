/**
 * The contract of every payment gateway, over its own wire: each outcome, each crash, each order of events. After each test order, seats,
 * the gateway's ledger and our debts agree, and every answer to the buyer was true.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type GatewayPayment, GatewaySilent, provider } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { logger } from "#core/lib/logger.ts";
import { deliver, intercept } from "#tests/support/bank.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { type Case, everywhere, type Given, points, total } from "./fixture.ts";
import type { Behaviour, Gateway } from "./gateway.ts";
import { promises } from "./promises.ts";

/** `cards`: the gateway's cards, by their behaviour. */
export const contract = <G extends Gateway>(given: Given<G>, cards: readonly Behaviour[]) => {
  const { shared, known, reconciled, later, held, get, stored, sent, begun, settled, paid } = given;
  const { payBy, confirmed, back, cancel, refund, agree, declined, payable, finished } = given;
  const has = (behaviour: Behaviour) => cards.includes(behaviour);
  const of = (...behaviours: Behaviour[]) => behaviours.filter(has);
  const at = () => shared.at;
  const gateway = () => provider(at().name);

  promises(given);

  describe("a card that pays", () => {
    test.each(
      of("approved", "silentAfter", "failingBefore", "failingAfter", "laterApproved", "webhookEarly", "webhookTwice"),
    )("%s: confirmed, and charged once", async (behaviour) => {
      const order = await held();
      await paid(order, behaviour);
      await agree(order, "confirmed");
      expect(at().answers.filter((status) => status !== at().heard.genuine)).toEqual([]);
    });

    test.each(of("approved", "laterApproved"))(
      "%s, without any webhook: the worker or the reconciliation finds it",
      async (behaviour) => {
        at().mute(true);
        const order = await held();
        await payBy(order, behaviour);
        await at().stage.settle();
        await sleep(behaviour === "approved" ? 0 : 80);
        await reconciled(120);
        await agree(order, "confirmed");
      },
    );
  });

  describe("a card that does not pay", () => {
    test.each(of("declined", "laterDeclined", "unknown"))(
      "%s: nothing is charged, and the order can be paid in another way",
      async (behaviour) => {
        const order = await held();
        await paid(order, behaviour);
        await declined(order, "card.declined", at().codes[behaviour]);
        await payable(order);
      },
    );

    test("an answer that never comes closes the attempt after ten minutes, and not before", async () => {
      const order = await held();
      const counted = captureMetrics();
      const message = await sent(order, "silentBefore");
      expect(await deliver(message)).toBe(1);
      await reconciled(9 * 60);
      expect(await get(order)).toMatchObject({ status: "paying" });
      await reconciled(10 * 60 + 5);
      await declined(order, "payment.unconfirmed");
      await payable(order);
      expect(counted("RefundRefused")).toBe(0); // there was nothing to return
    });

    test("a card that is asked while the attempt is being closed confirms nothing and is released", async () => {
      at().mute(true);
      const order = await held();
      const message = await begun(order);
      const { get: look, authorise, void: letGo } = gateway();
      const [looked, asked, voided, delivered] = Array.from({ length: 4 }, () => Promise.withResolvers<void>()) as [
        PromiseWithResolvers<void>,
        PromiseWithResolvers<void>,
        PromiseWithResolvers<void>,
        PromiseWithResolvers<void>,
      ];
      vi.spyOn(gateway(), "get").mockImplementationOnce(async (paymentId) => {
        const prepared = await look(paymentId);
        looked.resolve();
        await asked.promise;
        return prepared;
      });
      later(10 * 60 + 5);
      const closing = at().stage.reconcile();
      await looked.promise;
      vi.useRealTimers(); // a worker that started before the ten minutes were over
      vi.spyOn(gateway(), "authorise").mockImplementationOnce(async (request) => {
        const authorised = await authorise(request);
        asked.resolve();
        await voided.promise;
        return authorised;
      });
      vi.spyOn(gateway(), "void").mockImplementationOnce(async (request) => {
        const after = letGo(request);
        await after.catch(() => {});
        voided.resolve();
        await delivered.promise;
        return after;
      });
      await deliver(message);
      delivered.resolve();
      await closing;
      await declined(order, "payment.unconfirmed");
      expect(at().paymentsOf(order.orderId)).toMatchObject([undone()]);
    });

    test("a payment whose seats were lost while no worker ran is returned", async () => {
      at().mute(true);
      const order = await held({ holdSeconds: 1 });
      const message = await sent(order, "approved");
      await shared.kill.run("gateway authorise", "after", () => deliver(message));
      later(16 * 60);
      const other = await at().stage.user();
      const taker = await shared.steps.held(other, { eventId: order.eventId, seats: ["A-1-2"] });
      for (const { orderId } of [order, taker]) known.undone.add(orderId); // signed with another time
      await deliver(message);
      const payment = { status: "declined", reason: "seat.lost" };
      expect(await get(order)).toMatchObject({ status: "expired", payment });
      expect(at().paymentsOf(order.orderId)).toMatchObject([undone()]);
      expect((await stored(order)).owed).toBeUndefined();
    });
  });

  /** A payment that was cancelled after its card was approved. */
  const undone = () => (at().takesAtOnce ? { status: "refunded", refunded: total } : { status: "voided", refunded: 0 });

  describe("an answer about another payment", () => {
    const lies: Record<string, (own: GatewayPayment, foreign: GatewayPayment) => GatewayPayment> = {
      "somebody else's paid order": (_, foreign) => foreign,
      "another amount": (own) => ({ ...own, amount: 1_000 }),
      "another currency": (own) => ({ ...own, currency: "USD" }),
    };
    const calls = ["prepare", "authorise", "get"] as const;
    test.each(Object.keys(lies).flatMap((lie) => calls.map((call) => [lie, call] as const)))(
      "%s, as the answer to %s, pays nothing, and changes no other payment",
      async (lie, call) => {
        const theirs = await confirmed();
        const order = await held();
        const message = call === "get" ? await begun(order) : await sent(order, "approved");
        const foreign = await gateway().get(at().paymentsOf(theirs.orderId)[0]?.paymentId ?? "");
        const asked = gateway()[call] as (request: never) => Promise<GatewayPayment>;
        const spy = vi
          .spyOn(gateway(), call as "prepare")
          .mockImplementationOnce(async (request) => lies[lie]?.(await asked(request as never), foreign) ?? foreign);
        await deliver(message);
        spy.mockRestore();
        await finished(message, order);
        await declined(order, "payment.mismatch");
        await payable(order);
        await agree(theirs, "confirmed");
      },
    );
  });

  describe("a call without an answer", () => {
    const calls = [
      "prepare",
      "authorise",
      "get",
      ...(has("captureExpired") ? (["capture"] as const) : []),
      "refund",
    ] as const;
    test.each(calls.flatMap((call) => (["nothing", "everything"] as const).map((effect) => [call, effect] as const)))(
      "%s, with %s done: ends the same, once",
      async (call, effect) => {
        at().mute(true);
        const order = call === "refund" ? await confirmed() : await held();
        if (call === "refund") await cancel(order);
        const message =
          call === "refund" ? refund(order) : call === "get" ? await begun(order) : await sent(order, "approved");
        const asked = gateway()[call] as (request: never) => Promise<GatewayPayment>;
        vi.spyOn(gateway(), call as "prepare").mockImplementationOnce(async (request) => {
          if (effect === "everything") await asked(request as never);
          throw GatewaySilent("no answer");
        });
        expect(await deliver(message)).toBe(call === "refund" ? 0 : 1); // the reconciliation reads the debts
        expect(await deliver(message)).toBe(0);
        await agree(order, call === "refund" ? "refunded" : "confirmed");
        if (call === "refund")
          expect(at().paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: total }]);
      },
    );
  });

  describe("webhooks", () => {
    /** The webhooks of an order that was paid while none arrived. */
    const unreported = async () => {
      at().mute(true);
      const order = await held();
      await paid(order, "webhookEarly");
      at().mute(false);
      expect(at().told.length).toBeGreaterThan(0);
      return { order, told: [...at().told] };
    };
    const tell = async (told: { body: string }[], forged = false) => {
      const answers = [];
      for (const { body } of told) {
        const { provider, headers } = at().webhook(body, Date.now(), forged);
        const reply = await at().stage.call("POST /v1/payments/webhooks/{provider}", {
          params: { provider },
          body,
          headers,
        });
        answers.push(reply.status);
      }
      return new Set(answers);
    };

    test("late, repeated or out of order they change nothing, neither of payments nor of refunds", async () => {
      const { order, told } = await unreported();
      const mixed = [...told.toReversed(), ...told];
      expect(await tell(mixed)).toEqual(new Set([at().heard.genuine]));
      await settled(order);
      await agree(order, "confirmed");
      await cancel(order);
      await deliver(refund(order));
      await tell(mixed);
      await settled(order);
      await agree(order, "refunded");
    });

    test("without the secret they are refused, and send no message", async () => {
      const { order, told } = await unreported();
      await intercept(at().stage);
      expect(await tell(told, true)).toEqual(new Set([at().heard.forged]));
      expect(await intercept(at().stage)).toEqual([]);
      await agree(order, "confirmed");
    });

    test("they alone finish a payment whose worker died after the gateway's yes", async () => {
      at().mute(true);
      const order = await held();
      const message = await sent(order, "webhookEarly");
      await shared.kill.run("gateway authorise", "after", () => deliver(message));
      expect(await get(order)).toMatchObject({ status: "paying" });
      await tell(at().told);
      await settled(order);
      await agree(order, "confirmed");
    });

    test("about a payment that was prepared and not begun, because its seats were lost, they find that payment", async () => {
      at().mute(true);
      const order = await held({ holdSeconds: 1 });
      const message = await sent(order, "approved");
      later(16 * 60);
      const other = await at().stage.user();
      const taker = await shared.steps.held(other, { eventId: order.eventId, seats: ["A-1-2"] });
      for (const { orderId } of [order, taker]) known.undone.add(orderId); // signed with another time
      expect(await deliver(message)).toBe(0);
      expect(await get(order)).toMatchObject({ payment: { status: "declined", reason: "seat.lost" } });
      const [payment] = at().paymentsOf(order.orderId);
      const { paymentId, reference } = payment ?? {};
      expect(await deliver(JSON.stringify({ kind: "gateway", paymentId, reference }))).toBe(0);
      expect(given.taken(order)).toEqual([]);
    });

    test("about another order's payment, or an unknown attempt, they change nothing", async () => {
      const [theirs, ours] = [await confirmed(), await held()];
      const message = await begun(ours);
      const { attemptId } = JSON.parse(message);
      const paymentId = at().paymentsOf(theirs.orderId)[0]?.paymentId;
      const reference = `${ours.user.userId}.${ours.orderId}`;
      for (const about of [
        { paymentId, reference: `${reference}.att_1` },
        { paymentId, reference: `${reference}.${attemptId}` },
        { paymentId: "pay_none", reference: `${reference}.att_1` },
      ])
        expect(await deliver(JSON.stringify({ kind: "gateway", ...about }))).toBe(0);
      expect(await get(ours)).toMatchObject({ status: "paying" });
      await deliver(message);
      await agree(ours, "confirmed");
      await agree(theirs, "confirmed");
    });
  });

  describe.runIf(has("challenged"))("a card with 3-D Secure", () => {
    const action = { type: expect.stringMatching(/^(stripe|redirect)$/) };
    const asked = async (behaviour: Behaviour = "challenged") => {
      const order = await held();
      await paid(order, behaviour);
      expect(await get(order)).toMatchObject({ status: "paying", payment: { status: "pending", action } });
      return order;
    };
    const authenticate = async ({ orderId }: Case, passed: boolean) =>
      at().authenticate?.(at().paymentsOf(orderId).at(-1)?.paymentId ?? "", passed);

    const tellings: Record<string, (order: Case) => Promise<unknown>> = {
      "the webhook": settled,
      "the buyer's return": async (order) => {
        expect((await back(order)).status).toBe(202);
        await settled(order);
      },
      "the reconciliation": () => reconciled(120),
      "a buyer who gives up after it": async (order) => {
        await back(order, { cancel: true });
        await settled(order);
      },
    };
    test.each(Object.keys(tellings))("passed, and reported by %s: confirmed", async (how) => {
      at().mute(how !== "the webhook");
      const order = await asked();
      await authenticate(order, true);
      await tellings[how]?.(order);
      await agree(order, "confirmed");
      expect((await get(order)).payment).not.toHaveProperty("action");
    });

    test("failed: declined as unverified, and another payment can follow", async () => {
      const order = await asked();
      await authenticate(order, false);
      await settled(order);
      await declined(order, "card.unverified");
      await payable(order);
    });

    test("passed, then declined by the bank: declined with its code", async () => {
      const order = await asked("challengedDeclined");
      await authenticate(order, true);
      await settled(order);
      await declined(order, "card.declined", at().codes.challengedDeclined);
    });

    test("a return without a decision at the bank changes nothing", async () => {
      const order = await asked();
      for (let n = 0; n < 3; n++) await back(order);
      await at().stage.settle();
      expect(await get(order)).toMatchObject({ status: "paying", payment: { action } });
      await authenticate(order, true);
      await settled(order);
      await agree(order, "confirmed");
    });

    test("abandoned: seats are kept for ten minutes and no longer", async () => {
      const order = await asked();
      await reconciled(9 * 60);
      expect(await get(order)).toMatchObject({ status: "paying", payment: { action } });
      await reconciled(10 * 60 + 5);
      await declined(order, "card.unverified");
      await payable(order);
    });

    test("cancelled by its buyer: closed at once, and too late for the bank's page", async () => {
      const order = await asked();
      expect((await back(order, { cancel: true })).status).toBe(202);
      await settled(order);
      await declined(order, "card.unverified");
      await expect(authenticate(order, true)).rejects.toThrow();
      await payable(order);
    });

    test("the action is shown to the order's owner alone, is not logged, and is gone after the end", async () => {
      const logged = (["info", "warn", "error", "debug"] as const).map((level) => vi.spyOn(logger, level));
      const order = await asked();
      const { payment } = await get(order);
      const told = JSON.stringify((payment as { action: object }).action);
      const secret = /pi_\w+_secret_\w+|https?:[^"]+/.exec(told)?.[0];
      expect(secret).toBeDefined();
      const query = { eventId: order.eventId };
      const list = await at().stage.call("GET /v1/admin/orders", { token: shared.admin.token, query });
      expect(list.status).toBe(200);
      expect(list.raw.toString()).not.toContain(secret);
      const other = await at().stage.user();
      const options = { token: other.token, params: { orderId: order.orderId } };
      expect((await at().stage.call("GET /v1/orders/{orderId}", options)).status).toBe(404);
      for (const body of [{}, { cancel: true }]) expect((await back(order, body, other)).status).toBe(404);
      await authenticate(order, true);
      await settled(order);
      await agree(order, "confirmed");
      expect(JSON.stringify(await get(order))).not.toContain(secret);
      expect(JSON.stringify(logged.flatMap((spy) => spy.mock.calls))).not.toMatch(/_secret_|ctoken_|tok_/);
    });

    test("a worker killed before or after each of its calls, before and after the bank asks, ends the same", async () => {
      at().mute(true);
      await everywhere(shared.kill, async (killed) => {
        const order = await held();
        const message = await sent(order, "challenged");
        await killed(() => deliver(message));
        expect(await deliver(message)).toBe(0);
        expect(await get(order)).toMatchObject({ status: "paying", payment: { action } });
        await authenticate(order, true);
        await deliver(message);
        await reconciled(120);
        await agree(order, "confirmed");
      });
      await everywhere(shared.kill, async (killed) => {
        const order = await asked();
        await authenticate(order, false);
        await back(order);
        const message = await given.message(order, "return");
        await killed(() => deliver(message));
        await deliver(message);
        await reconciled(120);
        await declined(order, "card.unverified");
      });
    });
  });

  describe("a worker killed before or after each of its calls", () => {
    test.each(
      (
        [
          ["approved", "confirmed"],
          ["silentAfter", "confirmed"],
          ["failingAfter", "confirmed"],
          ["failingBefore", "confirmed"],
          ["declined", "held"],
        ] as const
      ).filter(([behaviour]) => has(behaviour)),
    )("%s: %s, once", async (behaviour, end) => {
      at().mute(true);
      const calls = await everywhere(shared.kill, async (killed) => {
        const order = await held();
        const message = await sent(order, behaviour);
        await killed(() => deliver(message));
        await finished(message, order);
        await agree(order, end);
      });
      expect(calls).toBeGreaterThanOrEqual(5);
    });

    test("a refund is made once", async () => {
      at().mute(true);
      await everywhere(shared.kill, async (killed) => {
        const order = await confirmed();
        await cancel(order);
        await killed(() => deliver(refund(order)));
        expect(await deliver(refund(order))).toBe(0);
        await agree(order, "refunded");
        expect(at().paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: total }]);
      });
    });

    test.runIf(has("captureExpired"))("an authorisation that has ended: released, once", async () => {
      at().mute(true);
      await everywhere(shared.kill, async (killed) => {
        const order = await held();
        const message = await sent(order, "captureExpired");
        await killed(() => deliver(message));
        await finished(message, order);
        await reconciled(11 * 60, 12 * 60);
        await agree(order, "released");
      });
    });
  });

  describe("two payments at once", () => {
    test("two tabs with a card each charge one card", async () => {
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

    test("points and a card charge one of the two", async () => {
      for (let n = 0; n < 3; n++) {
        const order = await held();
        const byCard = await sent(order, "approved");
        await shared.steps.pay(order.user, order.orderId);
        const byPoints = await given.message(order, "payment");
        await deliver(byCard, byPoints);
        await deliver(byCard, byPoints);
        const spent = points - (await shared.steps.wallet(order.user));
        expect(await get(order)).toMatchObject({ status: "confirmed" });
        expect(spent + given.taken(order).reduce((sum, amount) => sum + amount, 0)).toBe(total);
      }
    });

    test("the message and a webhook, delivered together and repeated, end the same", async () => {
      const order = await held();
      const message = await sent(order, "approved");
      await deliver(message, message);
      const [payment] = at().paymentsOf(order.orderId);
      const { attemptId } = JSON.parse(message);
      const reference = `${order.user.userId}.${order.orderId}.${attemptId}`;
      const webhook = JSON.stringify({ kind: "gateway", paymentId: payment?.paymentId, reference });
      await deliver(webhook, message, webhook);
      await agree(order, "confirmed");
    });
  });

  describe("money that is returned", () => {
    test("a refund is made through the stream, once however often it is requested", async () => {
      const order = await confirmed();
      for (let n = 0; n < 2; n++) {
        await cancel(order);
        await at().stage.drain();
        await agree(order, "refunded");
      }
      expect(at().paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: total }]);
    });

    /** An order whose money the gateway does not return. */
    const refusing = async (behaviour: Behaviour) => {
      const order = await confirmed(behaviour);
      known.undone.add(order.orderId);
      await cancel(order);
      await deliver(refund(order));
      return order;
    };

    test.runIf(has("refundPending"))("a pending refund is not done before it has arrived", async () => {
      const counted = captureMetrics();
      at().mute(true);
      const order = await confirmed("refundPending");
      await cancel(order);
      await deliver(refund(order));
      expect(await get(order)).toMatchObject({ status: "refunding" });
      await sleep(100);
      await at().stage.reconcile();
      await agree(order, "refunded");
      expect(counted("RefundRefused")).toBe(0);
    });

    test.runIf(has("refundFails"))("a failed refund leaves the order refunding, and raises an alarm", async () => {
      const counted = captureMetrics();
      const order = await refusing("refundFails");
      await sleep(100);
      for (let minute = 1; minute <= 3; minute++) await reconciled(60 * minute);
      expect(await get(order)).toMatchObject({ status: "refunding", payment: { status: "approved" } });
      expect(given.taken(order)).toEqual([total]);
      expect(counted("RefundRefused")).toBeGreaterThan(0);
    });

    test.runIf(has("refundFailsLater"))("a refund that fails after it was done raises an alarm", async () => {
      const counted = captureMetrics();
      const order = await confirmed("refundFailsLater");
      known.undone.add(order.orderId);
      await cancel(order);
      await vi.waitFor(async () => {
        await at().stage.drain();
        expect(await get(order)).toMatchObject({
          status: "refunding",
          payment: { status: "approved", refund: "failed" },
        });
        expect(counted("RefundRefused")).toBeGreaterThan(0);
      });
      expect(given.taken(order)).toEqual([total]);
    });

    test.runIf(has("captureExpired"))(
      "an authorisation that has ended before its capture: tickets void, seats free",
      async () => {
        const order = await held();
        await paid(order, "captureExpired");
        await reconciled(120, 11 * 60, 12 * 60);
        expect((await get(order)).payment).toMatchObject({ status: "declined", reason: "payment.capture_failed" });
        await agree(order, "released");
      },
    );
  });
};

/** From here on ONSALE_PAYMENTS names the sandbox, or none: a payment that was begun at the gateway is finished there. */
export const switched = <G extends Gateway>(given: Given<G>) => {
  const { shared, held, get, pay, sent, begun, settled, confirmed, cancel, refund, agree, declined, message } = given;
  const at = () => shared.at;
  const settings = () => link("Settings");
  afterEach(() => {
    settings().payments = at().name;
  });
  const method = async () => (await at().stage.call("GET /v1/payments/methods")).body.card;

  describe("another gateway takes new payments", () => {
    test("a payment begun here is finished and refunded here; a new one goes to the other gateway", async () => {
      const [bought, waiting, working, other] = [await confirmed(), await held(), await held(), await held()];
      const [unread, half] = [await sent(waiting, "approved"), await begun(working)];
      settings().payments = "sandbox";
      expect(await method()).toEqual({ provider: "sandbox" });
      await cancel(bought);
      await deliver(refund(bought));
      await agree(bought, "refunded");
      await deliver(unread, half);
      for (const order of [waiting, working]) await agree(order, "confirmed");
      await pay(other, "tok_approve");
      await settled(other);
      await agree(other, "confirmed");
      expect(at().paymentsOf(other.orderId)).toEqual([]);
      expect(at().besides(other.orderId)).toMatchObject([{ status: "captured" }]);
    });

    test("two tabs, with the gateway switched between them, charge one card", async () => {
      for (const first of ["ours", "theirs"]) {
        settings().payments = at().name;
        const order = await held();
        const ours = await sent(order, "approved");
        settings().payments = "sandbox";
        await pay(order, "tok_approve");
        const theirs = await message(order, "payment");
        const both = first === "ours" ? [ours, theirs] : [theirs, ours];
        await deliver(...both);
        for (const one of both) await deliver(one);
        await settled(order);
        await agree(order, "confirmed");
      }
    });

    test("with no gateway no new card is taken, and payments that were begun are finished", async () => {
      const [working, silent, other] = [await held(), await held(), await held()];
      const half = await begun(working);
      await deliver(await sent(silent, "silentBefore"));
      settings().payments = "none";
      expect(await method()).toBeNull();
      const card = { method: "card", card: { token: "tok" } };
      expect((await shared.steps.pay(other.user, other.orderId, card)).body.code).toBe("order.not_payable");
      await deliver(half);
      await agree(working, "confirmed");
      await given.reconciled(10 * 60 + 5);
      await declined(silent, "payment.unconfirmed");
      expect(await get(other)).toMatchObject({ status: "held" });
    });
  });
};
