/** What the contract of payment gateways needs of one: cards that behave, a buyer at their bank, a ledger. */
import type { ProviderName } from "#core/gateway/index.ts";
import { bank, stripeBank } from "#tests/bank.ts";
import type { Stage } from "#tests/harness.ts";

/** How a card behaves; the same word means the same at each gateway. */
export type Behaviour =
  | "approved"
  | "declined"
  | "unknown"
  | "silentBefore"
  | "silentAfter"
  | "failingBefore"
  | "failingAfter"
  | "laterApproved"
  | "laterDeclined"
  | "webhookEarly"
  | "webhookTwice"
  | "webhookLate"
  | "webhookForged"
  | "webhookStale"
  | "challenged"
  | "challengedDeclined"
  | "captureExpired"
  | "refundPending"
  | "refundFails"
  | "refundFailsLater";

export type Entry = { paymentId: string; status: string; amount: number; refunded: number; reason?: string };

export type Gateway = {
  name: ProviderName;
  stage: Stage;
  cards: Partial<Record<Behaviour, () => Promise<string>>>;
  /** The gateway's own codes of what it declines. */
  codes: { declined: string; unknown: string };
  paymentsOf: (orderId: string) => Entry[];
  /** The ledger's words for what may still take money. */
  undecided: string[];
  /** What our route answered to webhooks. */
  answers: number[];
  /** Webhooks that never arrive. */
  mute: (muted: boolean) => void;
  /** What the buyer does on their bank's page. */
  authenticate?: (orderId: string, outcome: "complete" | "fail") => Promise<unknown>;
  stop: () => Promise<void>;
};

export const sandbox = async (): Promise<Gateway> => {
  const at = await bank();
  const token = (name: string) => async () => `tok_${name}`;
  return {
    ...at,
    name: "sandbox",
    cards: {
      approved: token("approve"),
      declined: token("decline"),
      unknown: token("nobody"),
      silentBefore: token("timeout_before"),
      silentAfter: token("timeout_after"),
      laterApproved: token("async"),
      laterDeclined: token("async_decline"),
      webhookEarly: token("webhook_early"),
      webhookTwice: token("webhook_twice"),
      captureExpired: token("capture_refused"),
      refundFails: token("refund_refused"),
    },
    undecided: ["pending", "authorised"],
    codes: { declined: "card_declined", unknown: "unknown_token" },
    mute: (muted) => at.mute(muted),
    stop: () => at.sandbox.stop(),
  };
};

export type StripeGateway = Gateway & Awaited<ReturnType<typeof stripeBank>>;

export const stripe = async (): Promise<StripeGateway> => {
  const at = await stripeBank();
  const token = (name: string) => () => at.token(name);
  return {
    ...at,
    name: "stripe",
    cards: {
      approved: token("visa"),
      declined: token("chargeDeclinedInsufficientFunds"),
      unknown: async () => "ctoken_nobody",
      silentBefore: token("timeout_before"),
      silentAfter: token("timeout_after"),
      failingBefore: token("error_before"),
      failingAfter: token("error_after"),
      laterApproved: token("processing"),
      laterDeclined: token("processing_declined"),
      webhookEarly: token("webhook_early"),
      webhookTwice: token("webhook_twice"),
      webhookLate: token("webhook_late"),
      webhookForged: token("webhook_forged"),
      webhookStale: token("webhook_stale"),
      challenged: token("threeDSecure2Required"),
      challengedDeclined: token("threeDSecureRequiredChargeDeclined"),
      captureExpired: token("capture_expired"),
      refundPending: token("pendingRefund"),
      refundFails: token("refund_failed"),
      refundFailsLater: token("refundFail"),
    },
    undecided: ["pending", "authorised", "declined"], // what was declined may be confirmed again
    codes: { declined: "insufficient_funds", unknown: "resource_missing" },
    mute: (muted) => {
      at.play.muted = muted;
    },
  };
};
