/** The webhooks of the emulator, as the official SDK reads them. */
import Stripe from "stripe";
import { describe, expect, test, vi } from "vitest";
import { confirm, emulate, emulator, event, hook, play, prepare, stripe, taken, thrown, types } from "./wire.ts";

emulate();

describe("webhooks", () => {
  test("report every change of a payment, signed as constructEvent expects", async () => {
    const { id } = await taken("threeDSecure2Required").catch(async () => {
      const [entry] = emulator.ledger();
      await hook(`/test/payment_intents/${entry?.paymentId}/authenticate`, { outcome: "complete" });
      return stripe.paymentIntents.capture(entry?.paymentId ?? "");
    });
    await stripe.refunds.create({ payment_intent: id });
    await vi.waitFor(() => expect(play.heard).toHaveLength(6));
    const events = play.heard.map(event);
    expect(events.map(({ type }) => type)).toEqual([
      "payment_intent.created",
      "payment_intent.requires_action",
      "payment_intent.amount_capturable_updated",
      "payment_intent.succeeded",
      "refund.created",
      "charge.refunded",
    ]);
    expect(events[3]).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      object: "event",
      api_version: Stripe.API_VERSION,
      livemode: false,
      data: { object: { id, object: "payment_intent", status: "succeeded" } },
    });
  });

  test("report a decline, a failed 3-D Secure and a cancellation", async () => {
    const { id } = await prepare();
    await thrown(confirm(id, "chargeDeclined"));
    await confirm(id, "threeDSecure2Required");
    await hook(`/test/payment_intents/${id}/authenticate`, { outcome: "fail" });
    await stripe.paymentIntents.cancel(id);
    await vi.waitFor(() => expect(play.heard).toHaveLength(5));
    expect(types()).toEqual([
      "payment_intent.created",
      "payment_intent.payment_failed",
      "payment_intent.requires_action",
      "payment_intent.payment_failed",
      "payment_intent.canceled",
    ]);
  });

  test("are sent again until they are answered with 2xx, a few times", async () => {
    play.answer = 500;
    await prepare();
    await vi.waitFor(() => expect(play.heard).toHaveLength(3));
    expect(new Set(play.heard.map(event).map(({ id }) => id)).size).toBe(1);
  });

  test("webhook_early comes before the answer", async () => {
    const { id } = await prepare();
    await vi.waitFor(() => expect(play.heard).toHaveLength(1));
    const atAnswer = confirm(id, "webhook_early").then(() => types());
    expect(await atAnswer).toEqual(["payment_intent.created", "payment_intent.amount_capturable_updated"]);
  });
});
