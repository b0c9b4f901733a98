/** A card with 3-D Secure: the bank asks its owner. */
import { describe, expect, test, vi } from "vitest";
import { logger } from "#core/lib/logger.ts";
import { deliver, everywhere } from "#tests/support/bank.ts";
import type { Case } from "./fixture.ts";
import type { Behaviour, Gateway } from "./gateway.ts";
import type { Played } from "./played.ts";

export const challenged = <G extends Gateway>(play: Played<G>) => {
  const { shared, reconciled, held, get, sent, settled, paid, back, agree, declined, payable, has, at } = play;

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
      const action = JSON.stringify((payment as { action: object }).action);
      const secret = /pi_\w+_secret_\w+|https?:[^"]+/.exec(action)?.[0];
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
        const message = await play.message(order, "return");
        await killed(() => deliver(message));
        await deliver(message);
        await reconciled(120);
        await declined(order, "card.unverified");
      });
    });
  });
};
