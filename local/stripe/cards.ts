/**
 * What each test card does. Numbers that Stripe documents (docs.stripe.com/testing) do here what they do there; those with a `name`
 * are the emulator's own, for what no documented number does.
 */
export type Decline = { code: string; decline_code?: string };

export type Card = {
  name?: string;
  decline?: Decline;
  /** 3-D Secure is asked first; a `decline` comes after it. */
  challenge?: true;
  /** Undecided for a while, then authorised, or declined by `decline`. */
  processing?: true;
  /** The first confirmation of a PaymentIntent gets no answer, or a 500, before or after its effect. */
  fault?: "silent_before" | "silent_after" | "error_before" | "error_after";
  /** Every confirmation, not only the first. */
  always?: true;
  /** The authorisation is gone when it is captured. */
  capture?: "expired";
  /** What a refund is first and then. */
  refund?: ["pending" | "succeeded", "succeeded" | "failed"];
  /** What is opened when it is captured: a dispute, or an inquiry of the bank. */
  dispute?: "needs_response" | "warning_needs_response";
  /** Webhooks come before the answer. */
  webhooks?: "early";
};

const declined = (decline_code: string): Card => ({ decline: { code: "card_declined", decline_code } });

export const cards: Record<string, Card> = {
  "4242424242424242": {},
  "4000000000000002": declined("generic_decline"),
  "4000000000009995": declined("insufficient_funds"),
  "4000000000009987": declined("lost_card"),
  "4000000000000069": { decline: { code: "expired_card" } },
  "4000000000000127": { decline: { code: "incorrect_cvc" } },
  "4000000000000119": { decline: { code: "processing_error" } },
  "4000002500003155": { challenge: true },
  "4000000000003220": { challenge: true },
  "4000008400001629": { challenge: true, ...declined("generic_decline") },
  "4000000000007726": { refund: ["pending", "succeeded"] },
  "4000000000005126": { refund: ["succeeded", "failed"] },
  "4000000000000259": { dispute: "needs_response" },
  "4000000000001976": { dispute: "warning_needs_response" },
  "4000000000001000": { name: "timeout_before", fault: "silent_before", always: true },
  "4000000000001018": { name: "timeout_after", fault: "silent_after" },
  "4000000000001026": { name: "error_before", fault: "error_before" },
  "4000000000001034": { name: "error_after", fault: "error_after" },
  "4000000000001042": { name: "processing", processing: true },
  "4000000000001059": { name: "processing_declined", processing: true, ...declined("generic_decline") },
  "4000000000001067": { name: "capture_expired", capture: "expired" },
  "4000000000001075": { name: "refund_failed", refund: ["pending", "failed"] },
  "4000000000001083": { name: "webhook_early", webhooks: "early" },
};

/** Stripe's names of test PaymentMethods, for its server-side helper that makes a ConfirmationToken. */
const paymentMethods: Record<string, string> = {
  pm_card_visa: "4242424242424242",
  pm_card_chargeDeclined: "4000000000000002",
  pm_card_chargeDeclinedInsufficientFunds: "4000000000009995",
  pm_card_threeDSecure2Required: "4000000000003220",
  pm_card_authenticationRequired: "4000002500003155",
  pm_card_threeDSecureRequiredChargeDeclined: "4000008400001629",
  pm_card_pendingRefund: "4000000000007726",
  pm_card_refundFail: "4000000000005126",
  pm_card_createDispute: "4000000000000259",
  pm_card_createDisputeInquiry: "4000000000001976",
};

/** A card's number by Stripe's name of a test PaymentMethod, or `pm_card_<name>` for the emulator's own. */
export const numberOf = (paymentMethod: string): string | undefined =>
  paymentMethods[paymentMethod] ??
  Object.keys(cards).find((number) => cards[number]?.name && `pm_card_${cards[number].name}` === paymentMethod);

/** A number in no list is declined, as a real card's is in Stripe's test mode. */
export const card = (number: string | undefined): Card => cards[number ?? ""] ?? declined("test_mode_live_card");
