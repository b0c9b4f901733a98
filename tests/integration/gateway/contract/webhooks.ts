/** The gateway's webhooks: late, twice, in another order, forged. */
import { describe, expect, test } from "vitest";
import { deliver, intercept } from "#tests/support/bank.ts";
import type { Gateway } from "./gateway.ts";
import type { Played } from "./played.ts";

export const webhooks = <G extends Gateway>(play: Played<G>) => {
  const { shared, known, later, held, get, sent, begun, settled, paid, confirmed, cancel, refund, agree, at, taken } =
    play;

  describe("webhooks", () => {
    /** The webhooks about an order that was paid while none arrived. */
    const untold = async () => {
      at().mute(true);
      const order = await held();
      await paid(order, "webhookEarly");
      at().mute(false);
      expect(at().posted.length).toBeGreaterThan(0);
      return { order, posted: [...at().posted] };
    };
    const tell = async (posted: { body: string }[], forged = false) => {
      const answers = [];
      for (const { body } of posted) {
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
      const { order, posted } = await untold();
      const mixed = [...posted.toReversed(), ...posted];
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
      const { order, posted } = await untold();
      await intercept(at().stage);
      expect(await tell(posted, true)).toEqual(new Set([at().heard.forged]));
      expect(await intercept(at().stage)).toEqual([]);
      await agree(order, "confirmed");
    });

    test("they alone finish a payment whose worker died after the gateway's yes", async () => {
      at().mute(true);
      const order = await held();
      const message = await sent(order, "webhookEarly");
      await shared.kill.run("gateway authorise", "after", () => deliver(message));
      expect(await get(order)).toMatchObject({ status: "paying" });
      await tell(at().posted);
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
      for (const { orderId } of [order, taker]) known.undone.add(orderId); // of a time that is not now
      expect(await deliver(message)).toBe(0);
      expect(await get(order)).toMatchObject({ payment: { status: "declined", reason: "seat.lost" } });
      const [payment] = at().paymentsOf(order.orderId);
      const { paymentId, reference } = payment ?? {};
      expect(await deliver(JSON.stringify({ kind: "gateway", paymentId, reference }))).toBe(0);
      expect(taken(order)).toEqual([]);
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
};
