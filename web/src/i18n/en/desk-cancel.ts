import { count, plural } from "./count.ts";

/** The page that cancels an event, and how far its orders are afterwards. */
export const cancel = {
  title: "Cancel the event",
  before: "What will happen",
  money: "Goes back to buyers",
  paid: "Paid orders",
  tickets: (n: number) => plural(n, "ticket"),
  held: "Held, not paid",
  paying: "Being paid",
  effects: [
    "The sale, the queue and the entrance close at once. The event’s page says that it is cancelled.",
    "Every paid order is refunded in full, also if its tickets were used or the time to return them is over. Seats that are held are let go, and nobody is charged for them.",
    "An order that is being paid waits until its payment is decided. It is let go or refunded after that.",
    "Buyers need not do anything. Each one gets an e-mail as soon as the money has been returned.",
    "An order whose payment the buyer’s bank disputes is not refunded. It is listed here, for you to decide.",
  ],
  nobody: "Nobody has bought a ticket, so no money goes back.",
  reason: "Reason",
  reasonHint: "Optional. Buyers read it in the e-mail about their refund, as you write it here.",
  final: "A cancelled event cannot be opened again.",
  begin: "Cancel the event …",
  ask: (title: string, orders: number, money: string) =>
    orders > 0
      ? `Cancel “${title}” for good? ${money} goes back to the buyers of ${plural(orders, "order")}.`
      : `Cancel “${title}” for good? Nobody has bought a ticket yet.`,
  yes: "Cancel for good",
  keep: "Keep the event",
  heading: "Cancelled",
  since: (when: string) => `Since ${when}.`,
  because: (reason: string) => `Buyers read this reason: ${reason}`,
  progress: "Orders that have ended",
  ended: (n: number, of: number) => `${count(n)} of ${plural(of, "order")} have ended`,
  none: "There were no orders to end.",
  refunded: "Refunded",
  refunding: "Refund under way",
  refundingHint: "The payment provider has not confirmed these yet.",
  released: "Let go, not charged",
  left: "Not ended yet",
  working: "This page follows the work. You can leave it: the work goes on.",
  done: "All done. Nothing more happens by itself.",
  doneBut: "Nothing more happens by itself. The orders below need you.",
  failed: (n: number) => (n === 1 ? "1 order needs you" : `${count(n)} orders need you`),
  most: "The first 100 are listed.",
  reasons: {
    disputed:
      "The buyer’s bank disputes the payment. Answer it on the payment provider’s pages, and refund the order once you have won.",
    refund_delayed:
      "The payment provider has refused the refund, or has not answered for an hour. It is asked again every minute. You can return the money in another way and record that at the order.",
  },
  again: "Go through the orders again",
  againHint: "It does no harm: an order that has ended stays as it is.",
};
