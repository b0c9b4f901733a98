/** A PaymentIntent from its creation, and after its authorisation: capture, cancel, expire. Confirmation: confirm.ts. */
import type Stripe from "stripe";
import { card } from "./cards.ts";
import { authorisationMs, intent, newId, seconds } from "./objects.ts";
import { invalid } from "./refusal.ts";
import type { Payment } from "./store.ts";
import { confirmable, find, latest, record, unexpected, type World, withCharge } from "./world.ts";

export type NewIntent = {
  amount: number;
  currency: string;
  capture_method?: "automatic" | "automatic_async" | "manual";
  automatic_payment_methods?: { enabled: boolean; allow_redirects?: "always" | "never" };
  allowed_payment_method_types?: string[];
  payment_method?: string;
  description?: string;
  metadata?: Record<string, string>;
};

export const make = (world: World) => {
  const { store, now } = world;
  const get = (id: string) => find(world, id);

  const create = async (body: NewIntent): Promise<Payment> => {
    const { amount, currency, allowed_payment_method_types: types, payment_method, description, metadata = {} } = body;
    const automatic = body.automatic_payment_methods ?? { enabled: true };
    const made = intent(now(), {
      amount,
      currency,
      metadata,
      description: description ?? null,
      capture_method: body.capture_method ?? "automatic_async",
      automatic_payment_methods: automatic.enabled ? { allow_redirects: "always", ...automatic } : null,
      allowed_payment_method_types: types ?? null,
      payment_method_types: types ?? ["card"],
      payment_method: payment_method ? newId("pm") : null,
      status: payment_method ? "requires_confirmation" : "requires_payment_method",
    });
    const blank = { charges: [], refunds: [], disputes: [], challenged: false, confirmations: 0, history: [] };
    return record(world, { intent: made, ...blank, ...(payment_method && { card: payment_method }) }, [
      ["payment_intent.created", made],
    ]);
  };

  const capture = async (id: string, amount?: number): Promise<Payment> => {
    const payment = get(id);
    const { intent, expired } = payment;
    const made = latest(payment);
    if (intent.status !== "requires_capture" || !made) throw unexpected(payment, "captured", ["requires_capture"]);
    const isGone =
      expired || card(payment.card).capture === "expired" || now() >= made.created * 1000 + authorisationMs;
    if (isGone)
      throw invalid(`The charge ${made.id} has expired and cannot be captured.`, {
        code: "charge_expired_for_capture",
        charge: made.id,
      });
    const taken = amount ?? intent.amount_capturable;
    if (taken < 1 || taken > intent.amount_capturable)
      throw invalid(`Only ${intent.amount_capturable} can be captured.`, {
        code: "amount_too_large",
        param: "amount_to_capture",
      });
    const next: Stripe.PaymentIntent = { ...intent, status: "succeeded", amount_capturable: 0, amount_received: taken };
    const captured = { ...made, captured: true, amount_captured: taken };
    return record(world, withCharge({ ...payment, intent: next }, captured), [["payment_intent.succeeded", next]]);
  };

  /** Also what Stripe does by itself some time after an authorisation has expired. An authorised charge shows as refunded. */
  const cancel = async (id: string, reason: string | null = null): Promise<Payment> => {
    const payment = get(id);
    const { intent } = payment;
    const from = [...confirmable, "requires_capture"];
    if (!from.includes(intent.status)) throw unexpected(payment, "canceled", from);
    const next: Stripe.PaymentIntent = {
      ...intent,
      status: "canceled",
      amount_capturable: 0,
      canceled_at: seconds(now()),
      cancellation_reason: reason,
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

  /** The bank lets the authorisation go; `canceled`: and Stripe has noticed. */
  const expire = async (id: string, canceled: boolean): Promise<Payment> =>
    canceled ? cancel(id, "automatic") : store.put("payment", id, { ...get(id), expired: true });

  return { get, create, capture, cancel, expire };
};

export type Payments = ReturnType<typeof make>;
