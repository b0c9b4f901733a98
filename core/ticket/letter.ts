/**
 * The e-mails of an order: its tickets when it is confirmed, its refund when it is refunded, and its end when its money could not be
 * taken. Pure.
 */
import type { Locale } from "#core/account/schema.ts";
import type { Event } from "#core/catalog/schema.ts";
import { type Block, escaped, facts, link, moment, money, page, paragraph, plain } from "#core/lib/letter.ts";
import type { Image, Mail } from "#core/lib/mime.ts";
import type { MailKind, OrderView } from "#core/order/schema.ts";
import { calendarFile, place } from "./attachment.ts";
import { words } from "./letter-words.ts";
import * as Qr from "./qr.ts";

export type Letter = {
  kind: MailKind;
  locale: Locale;
  /** Paid by card, else by points. */
  byCard: boolean;
  /** The organiser has returned its money by other means than the card. */
  otherwise?: boolean;
  /** It was refunded because its event was cancelled. The organiser may have said why. */
  eventCancelled?: { reason?: string | undefined } | undefined;
  order: Pick<OrderView, "orderId" | "seats" | "total" | "currency">;
  tickets: { ticketId: string; seatId: string; code: string }[];
  event: Event;
  /** An address without a name. It may not be verified, and may belong to a stranger. So no text of the account's owner is in an e-mail. */
  to: string;
  from: string;
  publicUrl: string;
  /** Epoch ms. */
  now: number;
};

/** The whole e-mail: text, HTML with a QR image for each ticket, and the event for the calendar. */
export const compose = (given: Letter): Mail => {
  const { title, venue } = given.event;
  const event = { ...given.event, title: plain(title) || words[given.locale].untitled, venue: plain(venue) };
  const letter = { ...given, event };
  const subject = `${subjectOf(letter)}: ${event.title}`;
  return {
    from: letter.from,
    to: letter.to,
    subject,
    date: letter.now,
    ...page(letter.locale, subject, content(letter)),
    images: letter.tickets.map(
      ({ ticketId, code }): Image => ({ cid: ticketId, type: "image/png", content: Qr.png(code) }),
    ),
    files: [calendarFile({ ...letter, orders: [letter.order], cancelled: letter.kind !== "confirmed" })],
  };
};

const subjectOf = ({ kind, locale, eventCancelled }: Letter): string =>
  eventCancelled ? words[locale].eventCancelled.subject : words[locale].subjects[kind];

const content = (letter: Letter): Block[] => {
  const { kind, locale, order, event, publicUrl, eventCancelled } = letter;
  const { hello, news, names, link: label, eventCancelled: ended } = words[locale];
  const total = money(order.total, order.currency, locale);
  const happened = eventCancelled ? ended.news : news[kind];
  const reason = plain(eventCancelled?.reason ?? "");
  return [
    paragraph(hello, kind === "refunded" ? `${happened} ${returned(letter, total)}` : happened),
    ...(reason ? [paragraph(ended.reason(reason))] : []),
    facts([
      [names.event, event.title],
      [names.venue, event.venue],
      [names.starts, moment(event.startsAt, locale)],
      [names.order, order.orderId],
      [kind === "confirmed" ? names.paid : names.total, total],
    ]),
    ...letter.tickets.map((ticket) => ticketBlock(letter, ticket)),
    link(label, `${publicUrl}/orders/${order.orderId}`),
  ];
};

const returned = ({ byCard, otherwise, locale }: Letter, total: string): string =>
  words[locale].returned[otherwise ? "otherwise" : byCard ? "card" : "points"](total);

const ticketBlock = (letter: Letter, { ticketId, seatId, code }: Letter["tickets"][number]): Block => {
  const seat = letter.order.seats.find((candidate) => candidate.seatId === seatId);
  if (!seat) throw new Error("A ticket is for a seat that its order does not have.");
  const where = place(letter, seat);
  const price = money(seat.price, letter.order.currency, letter.locale);
  return {
    text: [where, ticketId, code].join("\n"),
    html: `<div style="margin:24px 0;padding:16px;border:1px solid #ccc;border-radius:8px">
<p style="margin:0 0 8px"><b dir="auto">${escaped(where)}</b> · ${escaped(price)}</p>
<img src="cid:${ticketId}" alt="${escaped(words[letter.locale].qr(ticketId))}" style="max-width:100%;image-rendering:pixelated">
<p style="margin:8px 0 0;color:#666;font-size:12px">${ticketId}</p></div>`,
  };
};
