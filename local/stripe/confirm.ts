/** Confirmation: the token, 3-D Secure, and what the bank decides, at once or later. */
import type Stripe from "stripe";
import { Silence } from "#local/gateways/http.ts";
import { card, type Decline } from "./cards.ts";
import { charge, newId, seconds, token } from "./objects.ts";
import { invalid, missing, Refusal } from "./refusal.ts";
import type { Payment, Shown, Token } from "./store.ts";
import { confirmable, find, raise, record, unexpected, type World, withCharge } from "./world.ts";

export type Confirmation = { confirmation_token: string; return_url?: string; use_stripe_sdk?: boolean };

const says: Record<string, string> = {
  expired_card: "Your card has expired.",
  incorrect_cvc: "Your card's security code is incorrect.",
  processing_error: "An error occurred while processing your card. Try again in a little bit.",
};

export const make = (world: World) => {
  const { store, now } = world;

  const makeToken = (number: string, returnUrl: string | undefined, shown: Shown): Token => {
    const made = token(now(), number, returnUrl ?? null);
    return store.put("token", made.id, { token: made, card: number, shown });
  };

  /** Returns the token's card and marks the token as used. The amount that the page showed must be the one charged. */
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

  /** Returns to the state in which another card is needed. */
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

  /** Undecided for now. A payment that is cancelled in the meantime stays cancelled. */
  const process = async (payment: Payment): Promise<Payment> => {
    const next: Stripe.PaymentIntent = { ...payment.intent, status: "processing", next_action: null };
    const waiting = await record(world, { ...payment, intent: next }, [["payment_intent.processing", next]]);
    resume(waiting);
    return waiting;
  };
  const resume = ({ intent }: Payment) =>
    world.later(intent.id, async () => {
      const payment = find(world, intent.id);
      if (payment.intent.status === "processing") await decide(payment);
    });

  const challenge = (payment: Payment): Promise<Payment> => {
    const { id, client_secret: secret } = payment.intent;
    const url = `${world.url()}/test/3ds/${id}?client_secret=${secret}`;
    const next: Stripe.PaymentIntent = {
      ...payment.intent,
      status: "requires_action",
      next_action: { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url } },
    };
    return record(world, { ...payment, intent: next }, [["payment_intent.requires_action", next]]);
  };

  const confirm = async (id: string, body: Confirmation): Promise<Payment> => {
    const payment = find(world, id);
    const { status, automatic_payment_methods: automatic } = payment.intent;
    if (!confirmable.includes(status)) throw unexpected(payment, "confirmed", confirmable);
    const { confirmation_token: tokenId } = body;
    const kept = store.get("token", tokenId);
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
    spend(tokenId, payment);
    const attempt: Payment = {
      ...tried,
      card: number,
      challenged: false,
      intent: { ...tried.intent, payment_method: newId("pm"), last_payment_error: null, next_action: null },
    };
    const done = await (card(number).challenge ? challenge(attempt) : decide(attempt));
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
    const payment = find(world, id);
    if (payment.intent.status !== "requires_action") throw unexpected(payment, "authenticated", ["requires_action"]);
    const message = "The provided PaymentMethod has failed authentication. Another payment method is needed.";
    const code = "payment_intent_authentication_failure";
    return passed
      ? decide({ ...payment, challenged: true })
      : fail(payment, { type: "invalid_request_error", code, message });
  };

  return { makeToken, confirm, authenticate, resume };
};

export type Confirmations = ReturnType<typeof make>;

/** The first confirmation takes effect, but its answer is lost. */
export const isAnswerLost = ({ card: number, confirmations }: Payment): boolean =>
  card(number).fault === "silent_after" && confirmations === 1;
