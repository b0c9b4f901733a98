/** The e-mail about a changed event: the old and the new values, and the calendar entries of the buyer's orders. Pure. */
import type { Locale } from "#core/account/schema.ts";
import type { Event } from "#core/catalog/schema.ts";
import { ms } from "#core/lib/clock.ts";
import * as Blocks from "#core/lib/letter.ts";
import type { Mail } from "#core/lib/mime.ts";
import type { OrderView } from "#core/order/schema.ts";
import * as Ticket from "#core/ticket/index.ts";
import type { Change } from "./changes.ts";
import { words } from "./letter-words.ts";

export type Letter = {
  locale: Locale;
  /** As it is now. */
  event: Event;
  changes: Change[];
  /** The event was moved to another date. */
  postponed: boolean;
  orders: Pick<OrderView, "orderId" | "seats">[];
  /** A bare address: no text of the account's owner is in an e-mail. */
  to: string;
  from: string;
  publicUrl: string;
  /** Epoch ms. */
  now: number;
};

export const compose = (given: Letter): Mail => {
  const { locale, from, to, now } = given;
  const w = words[locale];
  const { title, venue } = given.event;
  const event = { ...given.event, title: Blocks.plain(title) || w.untitled, venue: Blocks.plain(venue) };
  const letter = { ...given, event };
  const subject = `${w.subject[kindOf(letter)]}: ${event.title}`;
  return {
    ...{ from, to, subject, date: now },
    ...Blocks.page(locale, subject, content(letter)),
    images: [],
    files: [Ticket.calendarFile({ ...letter, cancelled: false })],
  };
};

const kindOf = ({ postponed }: Letter) => (postponed ? "postponed" : "changed");

const content = (letter: Letter): Blocks.Block[] => {
  const { locale, event, changes, postponed, orders, publicUrl } = letter;
  const w = words[locale];
  const { refundUntil } = event.postponed ?? {};
  return [
    Blocks.paragraph(w.hello, w.news[kindOf(letter)]),
    Blocks.facts([[w.event, event.title], ...changes.map((change) => row(change, locale))]),
    ...(postponed && refundUntil !== undefined
      ? [Blocks.paragraph(w.refundUntil(Blocks.moment(refundUntil, locale)))]
      : []),
    Blocks.paragraph(w.calendar),
    ...orders.map(({ orderId }) => Blocks.link(w.order(orderId), `${publicUrl}/orders/${orderId}`)),
  ];
};

const row = ({ fact, from, to }: Change, locale: Locale): [name: string, value: string] => {
  const { names, change } = words[locale];
  const value = (of: unknown): string => {
    if (of === undefined) return "–";
    if (!fact.endsWith("At")) return Blocks.plain(String(of));
    return Blocks.moment(typeof of === "number" ? of : ms(String(of)), locale);
  };
  return [names[fact], change(value(from), value(to))];
};
