import { plural } from "./count.ts";

/** All events of the organisers, and what needs attention. */
export const overview = {
  state: "State",
  any: "Any",
  find: "Title or venue",
  none: "No events match.",
  seats: (n: number) => plural(n, "seat"),
  attention: "Needs attention",
  nothing: "Nothing needs your attention.",
  most: "There may be more: only the next 200 events are looked at.",
  reasons: {
    draft_soon: (when: string) => `Not published, and its sale opens ${when}`,
    draft_late: (when: string) => `Not published, although its sale was to open ${when}`,
    paused: "The sale is paused",
    cancelling: "Cancelled, and not all orders have ended",
    refunds: (n: number) => `${plural(n, "refund")} refused or not answered for an hour`,
  },
};

/** A draft: saved, published, deleted. */
export const draft = {
  title: "Draft",
  save: "Save as draft",
  publish: "Publish",
  publishAsk: (title: string, opens: string) =>
    `Publish “${title}”? Everybody can see it then, and its sale opens ${opens}. A published event cannot become a draft again.`,
  keep: "Keep the draft",
  is: "This is a draft. Only its organisers see it.",
  opened: "at once, because its time has come",
  at: (when: string) => `on ${when}`,
  remove: "Delete the draft",
  removeAsk: (title: string) => `Delete the draft “${title}” with its plan? This cannot be undone.`,
  published: "Published.",
  hint: "A draft is seen by organisers only. You can change and publish it later.",
};

export const edit = {
  title: "Edit",
  facts: "What and when",
  sale: "The sale",
  was: (before: string) => `Before: ${before}.`,
  mailed: "Buyers get an e-mail about this.",
  quiet: "No e-mail.",
  frozen: "The lobby has been drawn, so the times of the sale are fixed.",
  before: "What will happen",
  change: (name: string, from: string, to: string) => `${name}: ${from} → ${to}`,
  isDraft: "Nobody is told: this is a draft.",
  mailing: (orders: number) =>
    orders > 0
      ? `The buyers of ${plural(orders, "order")} get one e-mail with the old and the new value, in their language. Calendar entries are replaced.`
      : "Buyers would get an e-mail, but nobody has bought a ticket yet.",
  unmailed: "Nobody gets an e-mail.",
  prices: "The new prices are for seats that are held from now on. Existing orders keep their prices.",
  limits: "The new limits are for orders from now on.",
  start:
    "The time to return tickets moves with the start. A sale that closes at the start closes at the new one. To give buyers time to return their tickets, postpone the event instead.",
  save: "Save the changes",
  discard: "Discard",
  saved: "Saved. It takes effect within five seconds.",
  problems: "Not saved yet",
  conflict:
    "Somebody else changed this event at the same moment. It has been read again. Check your changes and save once more.",
  cancelled: "This event is cancelled, so it cannot be changed.",
  others: "Other changes",
  postpone: "Postpone the event",
};

export const postpone = {
  title: "Postpone the event",
  lead: "Tickets stay valid for the new date. Buyers who cannot come may return them.",
  startsAt: "New start",
  departsAt: "New departure",
  refundUntil: "Buyers may return tickets until",
  refundHint: "At most until the new start.",
  promised: (when: string) => `Buyers were promised ${when}. It cannot be earlier.`,
  before: "What will happen",
  moves: (from: string, to: string) => `The start moves from ${from} to ${to}.`,
  flight: "Departure and arrival move by the same time.",
  returns: (until: string) =>
    `Until ${until}, buyers may return tickets for a full refund, whatever rule applied before. Used tickets cannot be returned.`,
  later: (until: string) =>
    `As before, they may also return them until ${until}, because that time moves with the start.`,
  closes: (when: string) => `The sale goes on, and closes ${when}.`,
  mailed: (orders: number) =>
    orders > 0
      ? `The buyers of ${plural(orders, "order")} get one e-mail with the old and the new start and the time to return tickets. Calendar entries are replaced.`
      : "Nobody has bought a ticket yet, so nobody gets an e-mail.",
  problems: "Not postponed yet",
  begin: "Postpone …",
  ask: (title: string, to: string) => `Postpone “${title}” to ${to}?`,
  yes: "Postpone",
  no: "Keep the date",
  done: "Postponed. It takes effect within five seconds, and buyers get their e-mails now.",
  is: (from: string, until: string) => `Postponed. It was to start ${from}. Buyers may return tickets until ${until}.`,
};
