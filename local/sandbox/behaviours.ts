/** What the sandbox gateway does with each card token. */
import type { Status } from "./ledger.ts";

export type Behaviour = {
  /** What the ledger says at once; undefined: the request never reaches the ledger. */
  first?: "authorised" | "declined" | "pending";
  /** What a pending payment becomes. */
  later?: "authorised" | "declined";
  reason?: string;
  /** Closes the connection without an answer: every time, or only the first time. */
  silent?: "always" | "once";
  /** Webhooks that are sent before the answer, right after it, and when a pending payment is decided. */
  hooks?: { before?: number; after?: number; later?: number };
  /** Right after the answer, a forged webhook says that the payment was authorised. */
  forged?: true;
  /** What is refused with 409 once it was authorised. A capture that is refused leaves the payment voided, as when it has expired. */
  refuses?: "capture" | "refund";
};

export const behaviours: Record<string, Behaviour> = {
  tok_approve: { first: "authorised" },
  tok_decline: { first: "declined", reason: "card_declined" },
  tok_timeout_before: { silent: "always" },
  tok_timeout_after: { first: "authorised", silent: "once" },
  tok_twice: { first: "authorised", hooks: { after: 1 } },
  tok_async: { first: "pending", later: "authorised", hooks: { later: 1 } },
  tok_async_decline: { first: "pending", later: "declined", reason: "card_declined", hooks: { later: 1 } },
  tok_webhook_early: { first: "authorised", hooks: { before: 1 } },
  tok_webhook_twice: { first: "pending", later: "authorised", hooks: { later: 2 } },
  tok_webhook_forged: {
    first: "pending",
    later: "declined",
    reason: "card_declined",
    hooks: { later: 1 },
    forged: true,
  },
  tok_capture_refused: { first: "authorised", refuses: "capture" },
  tok_refund_refused: { first: "authorised", refuses: "refund" },
};

/** Any other token is declined. */
export const behaviour = (token: string): Behaviour =>
  (Object.hasOwn(behaviours, token) && behaviours[token]) || { first: "declined", reason: "unknown_token" };

/** What an outcome makes of a payment that is to be captured at once. */
export const outcome = (decided: "authorised" | "declined" | "pending", capture: boolean, reason?: string) => {
  const status: Status = decided === "authorised" && capture ? "captured" : decided;
  return { status, ...(decided === "declined" && reason ? { reason } : {}) };
};
