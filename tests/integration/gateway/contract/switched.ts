/** A gateway that takes no new payments any more. */
import { afterEach, describe, expect, test } from "vitest";
import { link } from "#core/lib/config.ts";
import { deliver } from "#tests/support/bank.ts";
import * as SentAgain from "#tests/support/sent-again.ts";
import type { Given } from "./fixture.ts";
import type { Gateway } from "./gateway.ts";

/** ONSALE_PAYMENTS names the sandbox from now on, or none: what was begun at the gateway is finished there. */
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

    test("a payment here that names an attempt of the other gateway is not asked for there", async () => {
      settings().payments = "sandbox";
      const other = await held();
      await pay(other, "tok_approve");
      await settled(other);
      const { attemptId } = (await get(other)).payment as { attemptId: string };
      const reference = `${other.user.userId}.${other.orderId}.${attemptId}`;
      const about = { kind: "gateway", paymentId: "pay_of_the_wrong_gateway", reference };
      const message = JSON.stringify({ ...about, provider: at().name });
      expect(await deliver(message)).toBe(0);
      expect(SentAgain.taken([message])).toEqual([]);
      await agree(other, "confirmed");
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
