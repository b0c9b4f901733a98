import type { DeclineGroup } from "../../order/decline-codes.ts";

/** Why a payment did not succeed: what happened, and what the buyer can do now. */
export type Reason = { title: string; fact: string; next: string };

export const checkout = {
  title: "Pay",
  left: "Held for you for another",
  over: "The time to pay has passed",
  lapsing:
    "The seats go back on sale in a moment, unless a payment that you sent in time still succeeds. This page shows the result.",
  overText: "The seats are back on sale.",
  nothingSent:
    "You pay only if the order is confirmed. If you sent a payment at the last moment, this page shows the result.",
  undecided:
    "Your payment was not completed in time. You pay only if the order is confirmed. This page shows the result.",
  again: "Choose again",
  seats: "Your seats",
  total: "Total",
  how: "How do you want to pay?",
  points: "Points",
  pointsHave: (balance: string) => `You have ${balance}`,
  pointsOnlyKrw: "Points can pay only for events in KRW.",
  short: (amount: string) => `You need ${amount} more.`,
  charge: (amount: string) => `Charge ${amount}`,
  chargeOther: "Another amount",
  charged: (amount: string) => `${amount} charged.`,
  card: "Card",
  cardToken: "Test card",
  cardHint: "This is a sandbox: no money moves. The card decides what happens.",
  cards: {
    tok_approve: "Approves",
    tok_decline: "Declines",
    tok_timeout_before: "Gateway times out before charging",
    tok_timeout_after: "Gateway times out after charging",
    tok_twice: "Gateway answers twice",
    tok_async: "Approves after two seconds",
    tok_async_decline: "Declines after two seconds",
    tok_webhook_early: "Webhook comes early",
    tok_webhook_twice: "Webhook comes twice",
    tok_webhook_forged: "A forged webhook comes too",
    tok_capture_refused: "Approves, then refuses to hand over the money",
    tok_refund_refused: "Approves, and refuses every refund",
  } as Record<string, string>,
  pay: (amount: string) => `Pay ${amount}`,
  payNothing: "Get the tickets, free of charge",
  release: "Give the seats back",
  sent: "Your payment is being processed",
  sentText:
    "You can close this page. The result is under My tickets, and your tickets come by e-mail once the order is confirmed.",
  steps: ["Payment request received", "Seats kept for you", "Tickets issued"],
  /** Why the last payment did not go through: what is true of the money, then what to do. */
  reasons: {
    "wallet.insufficient": {
      title: "Not enough points",
      fact: "Your wallet did not have enough points, and none were taken.",
      next: "Charge your wallet, or pay by card.",
    },
    "card.declined": {
      title: "The payment was declined",
      fact: "The card was declined and not charged.",
      next: "Try another card or another way to pay.",
    },
    "seat.lost": {
      title: "A seat was lost",
      fact: "The payment was not settled in time, and another buyer has taken a seat of this order. You do not pay: if your card shows an amount for it, the amount is released automatically.",
      next: "Choose your seats again.",
    },
    "order.expired": {
      title: "The payment came too late",
      fact: "The time to pay had passed, and you had started a newer order for this event. You do not pay for this one: if your card shows an amount for it, the amount is released automatically.",
      next: "Look for the newer order under My tickets.",
    },
    "card.unverified": {
      title: "Your bank did not confirm the payment",
      fact: "Your bank's check was not passed, or not finished in time. Your card was not charged.",
      next: "Try again and confirm the payment with your bank, or choose another card.",
    },
    "card.too_many_declined": {
      title: "Too many cards were declined",
      fact: "Too many cards were declined in a short time, so this card was not charged.",
      next: "Pay with points, or wait up to 15 minutes before you pay by card.",
    },
    "payment.unconfirmed": {
      title: "The payment was not confirmed",
      fact: "The payment provider did not confirm this payment in time. You do not pay with it: if your card was charged, the money is returned automatically.",
      next: "You can try again: the earlier payment no longer counts.",
    },
    "payment.mismatch": {
      title: "The payment was not accepted",
      fact: "The payment provider confirmed another payment or amount than this order’s. What it took from your card for this order is returned automatically.",
      next: "Try again, or choose another card.",
    },
    "payment.capture_failed": {
      title: "Cancelled: the payment did not go through",
      fact: "The order was confirmed, but then the payment provider did not take the money, or returned it. Your tickets are void, the seats are no longer yours, and you do not pay.",
      next: "If the sale is still open, you can buy tickets again. Where there is a line, join it again.",
    },
  } as Record<string, Reason>,
  /** For a reason that these pages do not have yet. */
  failed: {
    title: "The payment did not go through",
    fact: "If an amount was taken for it, it is returned automatically.",
    next: "Try again or pay in another way.",
  } as Reason,
  /** Why a card was declined, by decline-codes.ts. */
  codes: {
    insufficient_funds: {
      title: "Not enough money on the card, or its limit is reached",
      fact: "Your bank declined the payment because there is not enough money on the card, or its limit is reached. It was not charged.",
      next: "Use another card or another way to pay.",
    },
    expired_card: {
      title: "The card has expired",
      fact: "The card has expired or its expiry date was wrong. It was not charged.",
      next: "Check the date, or use another card.",
    },
    incorrect_cvc: {
      title: "The security code is wrong",
      fact: "The security code does not belong to the card. It was not charged.",
      next: "Enter the card again with the code that is printed on it.",
    },
    incorrect_number: {
      title: "The card number is wrong",
      fact: "There is no card with this number. Nothing was charged.",
      next: "Enter the number again, or use another card.",
    },
    limit_reached: {
      title: "The card’s limit is reached",
      fact: "Your bank declined the payment because the card has reached its limit. It was not charged.",
      next: "Use another card, or ask your bank to raise the limit.",
    },
    not_supported: {
      title: "This card cannot pay here",
      fact: "The card is not made for this kind of payment or for this currency. It was not charged.",
      next: "Use another card or another way to pay.",
    },
    try_again: {
      title: "Your bank could not be reached",
      fact: "The payment could not be processed because of an error between the banks. Your card was not charged.",
      next: "Try again in a moment, with the same card or another.",
    },
    authentication_required: {
      title: "Your bank wants you to confirm",
      fact: "Your bank takes the payment only if you confirm it. Your card was not charged.",
      next: "Try again and confirm the payment when your bank asks.",
    },
  } as Record<DeclineGroup, Reason>,
  cardsFailed: "The form for cards could not be loaded.",
  noMethod: "No payment method is available for this order. Ask the organiser, or give the seats back.",
  form: {
    loading: "Loading the card form",
    failed: "The card form could not be loaded.",
    points: "You can pay with points instead.",
    refused: "The payment provider could not take the card’s details. Nothing was charged. Try again.",
  },
  /** The gateway's own payment window (Toss Payments). */
  window: {
    card: "Card or easy pay",
    hint: "You pay in Toss Payments’ window and then come back here.",
    completing: "You have confirmed the payment. We are completing it: keep this page open.",
    failed: "The payment window could not be opened. Nothing was charged. Check your connection and try again.",
    closed: {
      title: "You closed the payment window",
      fact: "Nothing was charged.",
      next: "You can pay again.",
    } as Reason,
    lost: {
      title: "The payment was not completed",
      fact: "The payment window returned a payment that was not started in this browser. This payment was not charged.",
      next: "Try again, and stay in this browser.",
    } as Reason,
  },
  /** The bank asks the buyer to confirm (3-D Secure). */
  bank: {
    title: "Confirm the payment with your bank",
    text: (amount: string) =>
      `Your bank asks you to confirm the payment of ${amount}. Your seats are kept for you meanwhile.`,
    begin: "Continue to your bank",
    unfinished: "Your bank has not confirmed the payment yet. You can continue where you were.",
    failed: "Your bank’s page could not be opened. Check your connection and try again.",
    cancel: "Cancel this payment",
    deadline:
      "If you do not confirm within ten minutes of paying, the payment is cancelled and your card is not charged.",
  },
  heldUntil: (time: string) => `Your seats are held for you until ${time}.`,
  slow: "This takes longer than usual. We are still trying, and you pay at most once.",
  lost: "No connection. The time to pay is still running. We continue when you are connected again.",
  done: "You’re going",
  released: "The seats have been given back.",
};
