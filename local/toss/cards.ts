/** What each test card of the payment window does at confirmation, cancellation and webhooks. */
export type Card = {
  /** The code that a confirmation is refused with. */
  decline?: string;
  /** The first confirmation gets no answer, before or after its effect; or `PROVIDER_ERROR`, without an effect. */
  fault?: "silent_before" | "silent_after" | "temporary";
  /** Every confirmation, not only the first. */
  always?: true;
  /** The code that every cancellation, or a partial one, is refused with. */
  refund?: string;
  partialRefund?: string;
  /** Webhooks: before the answer, or a second time. */
  webhooks?: "early" | "twice";
};

export const cards: Record<string, Card> = {
  approve: {},
  insufficient: { decline: "REJECT_CARD_PAYMENT" },
  stopped: { decline: "INVALID_STOPPED_CARD" },
  timeout_before: { fault: "silent_before", always: true },
  timeout_after: { fault: "silent_after" },
  provider_error: { fault: "temporary" },
  refund_refused: { refund: "NOT_CANCELABLE_PAYMENT" },
  no_partial_refund: { partialRefund: "NOT_ALLOWED_PARTIAL_REFUND" },
  webhook_early: { webhooks: "early" },
  webhook_twice: { webhooks: "twice" },
};

export const card = (name: string | undefined): Card => cards[name ?? ""] ?? { decline: "INVALID_CARD_NUMBER" };
