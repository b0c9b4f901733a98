/** A PaymentIntent from its creation, and after its authorisation: capture, cancel, expire. Confirmation: confirm.ts. */
import type Stripe from "stripe";
import { card } from "./cards.ts";
import { authorisationMs, intent, seconds } from "./objects.ts";
import { invalid } from "./refusal.ts";
import type { Payment } from "./store.ts";
import { confirmable, find, latest, record, unexpected, type World, withCharge } from "./world.ts";

export type NewIntent = {
  amount: number;
  currency: string;
  capture_method?: "automatic" | "automatic_async" | "manual";
  automatic_payment_methods?: { enabled: boolean; allow_redirects?: "always" | "never" };
  metadata?: Record<string, string>;
};

export const make = (world: World) => {
  const { now } = world;
  const get = (id: string) => find(world, id);

  const create = async (body: NewIntent): Promise<Payment> => {
    const { amount, currency, metadata = {} } = body;
    const automatic = body.automatic_payment_methods ?? { enabled: true };
    const made = intent(now(), {
      amount,
      currency,
      metadata,
      description: null,
      capture_method: body.capture_method ?? "automatic_async",
      automatic_payment_methods: automatic.enabled ? { allow_redirects: "always", ...automatic } : null,
      allowed_payment_method_types: null,
      payment_method_types: ["card"],
      payment_method: null,
      status: "requires_payment_method",
    });
    const blank = { charges: [], refunds: [], disputes: [], challenged: false, confirmations: 0, history: [] };
    return record(world, { intent: made, ...blank }, [["payment_intent.created", made]]);
  };

  const capture = async (id: string): Promise<Payment> => {
    const payment = get(id);
    const { intent } = payment;
    const made = latest(payment);
    if (intent.status !== "requires_capture" || !made) throw unexpected(payment, "captured", ["requires_capture"]);
    const isGone = card(payment.card).capture === "expired" || now() >= made.created * 1000 + authorisationMs;
    if (isGone)
      throw invalid(`The charge ${made.id} has expired and cannot be captured.`, {
        code: "charge_expired_for_capture",
        charge: made.id,
      });
    const taken = intent.amount_capturable;
    const next: Stripe.PaymentIntent = { ...intent, status: "succeeded", amount_capturable: 0, amount_received: taken };
    const captured = { ...made, captured: true, amount_captured: taken };
    return record(world, withCharge({ ...payment, intent: next }, captured), [["payment_intent.succeeded", next]]);
  };

  /** An authorised charge shows as refunded. */
  const cancel = async (id: string): Promise<Payment> => {
    const payment = get(id);
    const { intent } = payment;
    const from = [...confirmable, "requires_capture"];
    if (!from.includes(intent.status)) throw unexpected(payment, "canceled", from);
    const next: Stripe.PaymentIntent = {
      ...intent,
      status: "canceled",
      amount_capturable: 0,
      canceled_at: seconds(now()),
      next_action: null,
    };
    const made = intent.status === "requires_capture" ? latest(payment) : undefined;
    if (!made) return record(world, { ...payment, intent: next }, [["payment_intent.canceled", next]]);
    const released = { ...made, refunded: true, amount_refunded: made.amount };
    return record(world, withCharge({ ...payment, intent: next }, released), [
      ["charge.refunded", released],
      ["payment_intent.canceled", next],
    ]);
  };

  return { get, create, capture, cancel };
};

export type Payments = ReturnType<typeof make>;
