import { plural } from "./count.ts";

export const order = {
  title: "My tickets",
  none: "No orders yet.",
  noneText: "Tickets that you buy are shown here, on every device.",
  status: {
    held: "Held, not paid",
    paying: "Payment under way",
    confirmed: "Confirmed",
    refunding: "Refund under way",
    refunded: "Refunded",
    released: "Given back",
    expired: "Expired",
  },
  toConfirm: "Waiting for your confirmation",
  number: "Order",
  tickets: (n: number) => plural(n, "ticket"),
  ticket: (n: number, of: number) => `Ticket ${n} of ${of}`,
  qrAlt: (seat: string) => `QR code: ${seat}`,
  qrFailed: "The code could not be loaded.",
  bright: "Turn up the brightness at the entrance.",
  calendar: "Add to calendar",
  mailAgain: "E-mail the tickets again",
  mailAsked: "The e-mail with your tickets is on its way.",
  print: "Print",
  cancel: "Cancel and refund",
  cancelAsk: (total: string) => `Cancel this order? ${total} will be returned to you, and the seats go back on sale.`,
  cancelYes: "Cancel the order",
  cancelNo: "Keep the tickets",
  cancelUntil: (when: string) => `Can be cancelled until ${when}.`,
  refundedText: {
    points: (total: string) => `${total} have been credited to your wallet.`,
    card: (total: string) =>
      `Your card is not charged for this order: the payment provider has confirmed that ${total} was returned, or was never taken. Your bank may take a few days to show it.`,
  },
  otherwiseText: (total: string) =>
    `The refund to your card was not possible. The organiser says that ${total} was returned to you in another way. Ask the organiser if you have not received it.`,
  refundFailedText: (total: string) =>
    `Your card's bank has sent the refund back, so ${total} has not reached you. You will still get it: the organiser has been alerted. The tickets stay void.`,
  unsent: {
    confirmed: {
      limit:
        "The e-mail with your tickets was not sent, because your address has reached the limit of e-mails for one day. Your tickets are on this page.",
      refused: "The e-mail with your tickets could not be delivered to your address. Your tickets are on this page.",
    },
    refunded: {
      limit:
        "The e-mail about your refund was not sent, because your address has reached the limit of e-mails for one day.",
      refused: "The e-mail about your refund could not be delivered to your address.",
    },
    released: {
      limit:
        "The e-mail about your void tickets was not sent, because your address has reached the limit of e-mails for one day.",
      refused: "The e-mail about your void tickets could not be delivered to your address.",
    },
  },
  mailTo: (email: string, when: string) =>
    `E-mails about this order go to ${email}. An organiser changed the address on ${when}. If you did not ask for that, tell the organiser.`,
  refundingText: (total: string) =>
    `The tickets are void, and the seats are back on sale. We are returning ${total} to your card and keep trying until the payment provider confirms it. You do not have to do anything.`,
  /** The event was cancelled: while the order is still confirmed, and after that. */
  eventCancelled: {
    open: "The organiser has cancelled this event. Your tickets are no longer valid. You get your money back without doing anything.",
    over: "The organiser has cancelled this event.",
  },
  eventCancelledRefunding: (total: string) =>
    `The tickets are void. We are returning ${total} to your card and keep trying until the payment provider confirms it. There is nothing for you to do.`,
  /** Of an order whose money could not be taken after it was confirmed. */
  voided: "Cancelled: not paid",
  voidedText: "Your tickets are void, and you do not pay.",
  pay: "Pay now",
  placed: "Ordered",
  paidBy: { points: "Paid with points", card: "Paid by card" },
  failed: "The order could not be loaded.",
  general: "Standing",
};
