/** Orders with total 0: they use no gateway and no wallet, whatever their currency. */
import { beforeAll, expect, test } from "vitest";
import { link } from "#core/lib/config.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { stage as makeStage, type Stage } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

let stage: Stage;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  stage = await makeStage();
  steps = shop(stage);
});

const held = async (currency: string) => {
  const { eventId } = await stage.event({ currency, prices: { Standard: 0 } });
  const user = await stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  return { user, orderId, eventId };
};

test.each(["KRW", "EUR", "XAG"])(
  "in %s: confirmed by points, with no points debited, and given back the same way",
  async (currency) => {
    const settings = link("Settings");
    const { payments } = settings;
    settings.payments = "none"; // also where no cards are taken
    const { user, orderId, eventId } = await held(currency);
    expect((await steps.pay(user, orderId)).status).toBe(202);
    await stage.settle();
    settings.payments = payments;
    expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed", total: 0 });
    await stage.drain();
    const judged = async () =>
      violations(
        audit({ ...(await read({ now: Date.now(), scope: { eventIds: [eventId], userIds: [user.userId] } })) }),
      );
    expect(await judged()).toEqual([]);
    expect((await steps.cancel(user, orderId)).status).toBe(202);
    await stage.drain();
    expect(await steps.get(user, orderId)).toMatchObject({ status: "refunded" });
    expect(await steps.entries(user)).toEqual([]);
    expect(await judged()).toEqual([]);
  },
);

test("by card: refused, and the answer says what to send instead", async () => {
  const { user, orderId } = await held("EUR");
  const reply = await steps.pay(user, orderId, { method: "card", card: { token: "tok_approve" } });
  expect([reply.status, reply.body.code, reply.body.detail]).toEqual([
    409,
    "order.not_payable",
    "This order costs nothing: send the method points.",
  ]);
});
