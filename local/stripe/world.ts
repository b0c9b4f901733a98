/** The state that all operations of the emulator share. */
import type Stripe from "stripe";
import { card } from "./cards.ts";
import type { Emit } from "./events.ts";
import { invalid, missing } from "./refusal.ts";
import type { Payment, Store } from "./store.ts";

export type World = {
  store: Store;
  now: () => number;
  emit: Emit;
  /** Runs `decide` when an undecided payment or refund, named by `id`, is due. */
  later: (id: string, decide: () => Promise<unknown>) => void;
  /** The emulator's address, for the page of 3-D Secure. */
  url: () => string;
};

type Event = [Stripe.Event.Type, object];

export const raise = (error: Error): never => {
  throw error;
};

export const find = ({ store }: World, id: string): Payment =>
  store.get("payment", id) ?? raise(missing("payment_intent", id, "intent"));

export const unexpected = ({ intent }: Payment, done: string, from: string[]) =>
  invalid(
    `This PaymentIntent could not be ${done} because it has a status of ${intent.status}. Allowed: ${from.join(", ")}.`,
    { code: "payment_intent_unexpected_state", payment_intent: intent },
  );

/** Where a PaymentIntent can still be confirmed. */
export const confirmable = ["requires_payment_method", "requires_confirmation", "requires_action"];

export const latest = ({ charges, intent }: Payment) => charges.find(({ id }) => id === intent.latest_charge);

/** Writes the payment, with its newest charge, and then sends its event. */
export const record = async (world: World, payment: Payment, events: Event[] = []): Promise<Payment> => {
  const { status, amount } = payment.intent;
  const history = [...payment.history, { at: new Date(world.now()).toISOString(), status, amount }];
  const written = world.store.put("payment", payment.intent.id, { ...payment, history });
  for (const [type, object] of events)
    await world.emit(type, object, payment.card ? card(payment.card).webhooks : undefined);
  return written;
};

export const withCharge = (payment: Payment, changed: Stripe.Charge): Payment => ({
  ...payment,
  charges: [...payment.charges.filter(({ id }) => id !== changed.id), changed],
});
