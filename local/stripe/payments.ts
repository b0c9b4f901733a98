/** The life of a PaymentIntent, apart from HTTP: create, confirm, 3-D Secure, decide, capture, cancel. */
import type Stripe from "stripe";
import { card, type Decline } from "./cards.ts";
import type { Emit } from "./events.ts";
import { authorisationMs, charge, intent, newId, seconds, token } from "./objects.ts";
import { invalid, missing, Refusal, Silence } from "./refusal.ts";
import type { Payment, Shown, Store, Token } from "./store.ts";

export type World = {
  store: Store;
  now: () => number;
  emit: Emit;
  /** Runs `decide` when what is undecided is decided; `id` is what it is about. */
  later: (id: string, decide: () => Promise<unknown>) => void;
  /** The emulator's address, for the page of 3-D Secure. */
  url: () => string;
};

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
export type Confirmation = { confirmation_token?: string; return_url?: string; use_stripe_sdk?: boolean };

type Event = [Stripe.Event.Type, object];

const says: Record<string, string> = {
  expired_card: "Your card has expired.",
  incorrect_cvc: "Your card's security code is incorrect.",
  processing_error: "An error occurred while processing your card. Try again in a little bit.",
};

export const latest = ({ charges, intent }: Payment) => charges.find(({ id }) => id === intent.latest_charge);

/** Writes the payment, with its newest charge, and then tells of it. */
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

export const make = (world: World) => {
  const { store, now } = world;

  const get = (id: string): Payment => store.get("payment", id) ?? raise(missing("payment_intent", id, "intent"));

  const unexpected = ({ intent }: Payment, done: string, from: string[]) =>
    invalid(
      `This PaymentIntent could not be ${done} because it has a status of ${intent.status}. Allowed: ${from.join(", ")}.`,
      { code: "payment_intent_unexpected_state", payment_intent: intent },
    );

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

  const makeToken = (number: string, returnUrl: string | undefined, shown: Shown): Token => {
    const made = token(now(), number, returnUrl ?? null);
    return store.put("token", made.id, { token: made, card: number, shown });
  };

  /** The token's card, and the token used up; what the page showed must be what is charged. */
  const spend = (id: string, { intent }: Payment): Token => {
    const param = "confirmation_token";
    const kept = store.get("token", id) ?? raise(missing("confirmation token", id, param));
    const { token, shown } = kept;
    if (token.payment_intent) throw invalid(`The ConfirmationToken ${id} was used before.`, { param });
    if ((token.expires_at ?? 0) <= seconds(now())) throw invalid(`The ConfirmationToken ${id} has expired.`, { param });
    for (const [name, value] of Object.entries(shown))
      if (value !== undefined && value !== intent[name as keyof Shown])
        throw invalid(
          `The ${name} of Elements (${value}) is not the PaymentIntent's (${intent[name as keyof Shown]}).`,
          { param },
        );
    return store.put("token", id, { ...kept, token: { ...token, payment_intent: intent.id } });
  };

  /** The charge is approved: authorised, or taken at once. */
  const approve = (payment: Payment): Promise<Payment> => {
    const { intent } = payment;
    const isManual = intent.capture_method === "manual";
    const made = charge(now(), intent, { number: payment.card ?? "", challenged: payment.challenged });
    const { amount } = intent;
    const next: Stripe.PaymentIntent = {
      ...intent,
      status: isManual ? "requires_capture" : "succeeded",
      amount_capturable: isManual ? amount : 0,
      amount_received: isManual ? 0 : amount,
      latest_charge: made.id,
      next_action: null,
      processing: null,
    };
    const taken = isManual ? made : { ...made, captured: true, amount_captured: amount };
    return record(world, withCharge({ ...payment, intent: next }, taken), [
      [isManual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", next],
    ]);
  };

  const decline = (payment: Payment, { code, decline_code }: Decline): Promise<Payment> => {
    const message =
      says[code] ??
      (decline_code === "insufficient_funds" ? "Your card has insufficient funds." : "Your card was declined.");
    const failed = charge(
      now(),
      payment.intent,
      { number: payment.card ?? "", challenged: payment.challenged },
      { code, decline_code, message },
    );
    const error = {
      type: "card_error" as const,
      code,
      ...(decline_code && { decline_code }),
      message,
      charge: failed.id,
    };
    return fail(withCharge(payment, failed), error, failed.id);
  };

  /** Back to where another card is needed. */
  const fail = (
    payment: Payment,
    error: Stripe.PaymentIntent.LastPaymentError,
    charged = payment.intent.latest_charge,
  ) => {
    const next: Stripe.PaymentIntent = {
      ...payment.intent,
      status: "requires_payment_method",
      last_payment_error: error,
      latest_charge: charged,
      next_action: null,
      payment_method: null,
      processing: null,
    };
    return record(world, { ...payment, intent: next }, [["payment_intent.payment_failed", next]]);
  };

  const decide = (payment: Payment): Promise<Payment> => {
    const { decline: refused, processing } = card(payment.card);
    if (processing && payment.intent.status !== "processing") return process(payment);
    return refused ? decline(payment, refused) : approve(payment);
  };

  /** Undecided; what was cancelled meanwhile stays cancelled. */
  const process = async (payment: Payment): Promise<Payment> => {
    const next: Stripe.PaymentIntent = { ...payment.intent, status: "processing", next_action: null };
    const waiting = await record(world, { ...payment, intent: next }, [["payment_intent.processing", next]]);
    resume(waiting);
    return waiting;
  };
  const resume = ({ intent }: Payment) =>
    world.later(intent.id, async () => {
      const payment = get(intent.id);
      if (payment.intent.status === "processing") await decide(payment);
    });

  const challenge = (payment: Payment, bySdk: boolean): Promise<Payment> => {
    const { id, client_secret: secret } = payment.intent;
    const url = `${world.url()}/test/3ds/${id}?client_secret=${secret}`;
    const next: Stripe.PaymentIntent = {
      ...payment.intent,
      status: "requires_action",
      next_action: bySdk
        ? { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url } }
        : { type: "redirect_to_url", redirect_to_url: { url, return_url: payment.returnUrl ?? null } },
    };
    return record(world, { ...payment, intent: next }, [["payment_intent.requires_action", next]]);
  };

  const confirmable = ["requires_payment_method", "requires_confirmation", "requires_action"];

  const confirm = async (id: string, body: Confirmation): Promise<Payment> => {
    const payment = get(id);
    const { status, automatic_payment_methods: automatic } = payment.intent;
    if (!confirmable.includes(status)) throw unexpected(payment, "confirmed", confirmable);
    const { confirmation_token: tokenId } = body;
    if (!tokenId && status !== "requires_confirmation")
      throw invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", {
        code: "payment_intent_unexpected_state",
        payment_intent: payment.intent,
      });
    const kept = tokenId ? store.get("token", tokenId) : undefined;
    const returnUrl = body.return_url ?? kept?.token.return_url ?? undefined;
    if (automatic?.allow_redirects === "always" && !returnUrl)
      throw invalid("A payment method of this PaymentIntent may redirect: a return_url is needed.", {
        param: "return_url",
      });
    const number = kept?.card ?? payment.card;
    const { fault, always } = card(number);
    const fails = fault && (always || payment.confirmations === 0) ? fault : undefined;
    const tried = store.put("payment", id, { ...payment, confirmations: payment.confirmations + 1 });
    if (fails === "silent_before") throw new Silence();
    if (fails === "error_before") throw new Refusal(500, { type: "api_error", message: "An unknown error occurred." });
    const spent = tokenId ? spend(tokenId, payment) : undefined;
    const attempt: Payment = {
      ...tried,
      card: number,
      challenged: false,
      returnUrl,
      intent: { ...tried.intent, payment_method: newId("pm"), last_payment_error: null, next_action: null },
    };
    const bySdk = body.use_stripe_sdk ?? spent?.token.use_stripe_sdk ?? false;
    const done = await (card(number).challenge ? challenge(attempt, bySdk) : decide(attempt));
    if (fails === "error_after") throw new Refusal(500, { type: "api_error", message: "An unknown error occurred." });
    return declined(done) ?? done;
  };

  /** A decline is an answer of 402 that carries the PaymentIntent. */
  const declined = ({ intent }: Payment): undefined => {
    const error = intent.last_payment_error;
    if (intent.status !== "requires_payment_method" || !error) return;
    const { type: _, message = "", code, decline_code, charge } = error;
    throw new Refusal(402, { type: "card_error", message, code, decline_code, charge, payment_intent: intent });
  };

  /** What the buyer did on the page of 3-D Secure. */
  const authenticate = async (id: string, passed: boolean): Promise<Payment> => {
    const payment = get(id);
    if (payment.intent.status !== "requires_action") throw unexpected(payment, "authenticated", ["requires_action"]);
    const message = "The provided PaymentMethod has failed authentication. Another payment method is needed.";
    const code = "payment_intent_authentication_failure";
    return passed
      ? decide({ ...payment, challenged: true })
      : fail(payment, { type: "invalid_request_error", code, message });
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

  return { get, create, makeToken, confirm, authenticate, capture, cancel, expire, resume };
};

export type Payments = ReturnType<typeof make>;

export const raise = (error: Error): never => {
  throw error;
};

/** The answer to the first confirmation is lost, though it took effect. */
export const isAnswerLost = ({ card: number, confirmations }: Payment): boolean =>
  card(number).fault === "silent_after" && confirmations === 1;
