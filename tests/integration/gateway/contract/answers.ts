/** An answer about another payment, and a call without an answer. */
import { describe, expect, test, vi } from "vitest";
import { type GatewayPayment, GatewaySilent } from "#core/gateway/index.ts";
import { deliver } from "#tests/support/bank.ts";
import { total } from "./fixture.ts";
import type { Gateway } from "./gateway.ts";
import type { Played } from "./played.ts";

export const answers = <G extends Gateway>(play: Played<G>) => {
  const { held, sent, begun, confirmed, cancel, refund, agree, declined, payable, finished, has, at, gateway } = play;

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
        expect(await deliver(message)).toBe(call === "refund" ? 0 : 1); // the reconciliation looks at what is owed
        expect(await deliver(message)).toBe(0);
        await agree(order, call === "refund" ? "refunded" : "confirmed");
        if (call === "refund")
          expect(at().paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: total }]);
      },
    );
  });
};
