import type { Reason } from "./checkout.ts";

export const wallet = {
  title: "Wallet",
  balance: "Your points",
  charge: "Charge points",
  amount: "Amount",
  submit: (amount: string) => `Charge ${amount}`,
  quick: "Quick amounts",
  toWallet: "To the wallet",
  sent: "Your charge is being processed",
  sentText: "You can close this page. When the charge goes through, the points are in your wallet.",
  bank: (amount: string) => `Your bank asks you to confirm the payment of ${amount}.`,
  declined: "The charge did not go through",
  again: "Charge again",
  chargeFailed: "The charge could not be loaded.",
  /** Why a charge did not go through, where an order’s words do not fit. */
  reasons: {
    "payment.mismatch": {
      title: "The payment was not accepted",
      fact: "The payment provider confirmed another amount than this charge’s. No points were credited, and what it took from your card is returned automatically.",
      next: "Try again, or choose another card.",
    },
    "wallet.balance_too_high": {
      title: "The wallet is full",
      fact: "The wallet cannot hold that much, so no points were credited. You do not pay: if your card was charged, the money was returned.",
      next: "Charge a smaller amount.",
    },
  } as Record<string, Reason>,
  card: "Test card",
  history: "History",
  none: "No charges or payments yet.",
  kind: {
    charge: "Charged",
    payment: "Paid",
    refund: "Refunded",
    payback: "Paid back to your card",
    forfeit: "Given up",
  },
  after: "Balance after",
  failed: "The wallet could not be loaded.",
  order: "Order",
};
