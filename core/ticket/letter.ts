/**
 * The e-mails of an order: its tickets when it is confirmed, its refund when it is refunded, and its end when its money could not be
 * taken. Pure.
 */
import type { Event } from "#core/catalog/schema.ts";
import type { File, Image, Mail } from "#core/lib/mime.ts";
import type { OrderView } from "#core/order/schema.ts";
import { calendar } from "./calendar.ts";
import * as Qr from "./qr.ts";

export type Kind = "confirmed" | "refunded" | "released";

export type Letter = {
  kind: Kind;
  /** Paid by card, else by points. */
  byCard: boolean;
  /** The organiser has returned its money by other means than the card. */
  otherwise?: boolean;
  order: Pick<OrderView, "orderId" | "seats" | "total" | "currency">;
  tickets: { ticketId: string; seatId: string; code: string }[];
  event: Event;
  /** An address without a name. It is not verified, and may belong to a stranger. So no text of the account's owner is in an e-mail. */
  to: string;
  from: string;
  publicUrl: string;
  /** Epoch ms. */
  now: number;
};

/** A link, or a text that a mail program would make a link of. */
const LINKS = /\b(?:mailto|tel|sms):\S*|\bwww\.\S*|\w{0,20}:\/\/\S*/gi;
/** A dot within a word. With a space after it the word can be read, but is not the name of a site. */
const INNER_DOTS = /(?<=[^\s.])[.\u3002\uFF0E\uFF61](?=\p{L})/gu;

/** An organiser's text as one line, without links and without invisible characters. */
export const plain = (text: string): string =>
  text
    .replace(/\p{Cf}/gu, "")
    .replace(LINKS, " ")
    .replace(INNER_DOTS, "$& ")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();

const html = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const clock = (timeZone: string, day: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...day });

// They are made once, with the first letter, because making one takes longer than the rest of a letter.
let clocks: { seoul: Intl.DateTimeFormat; utc: Intl.DateTimeFormat } | undefined;
const currencies = new Map<string, Intl.NumberFormat>();

/** A time in Seoul, where most events are, and in UTC for other readers. */
export const moment = (at: number): string => {
  clocks ??= {
    seoul: clock("Asia/Seoul", { weekday: "short", day: "numeric", month: "short", year: "numeric" }),
    utc: clock("UTC", { day: "numeric", month: "short" }),
  };
  return `${clocks.seoul.format(at)} KST (${clocks.utc.format(at)} UTC)`;
};

/** An amount in minor units, as its currency is written. */
export const money = (amount: number, currency: string): string => {
  const format = currencies.get(currency) ?? new Intl.NumberFormat("en", { style: "currency", currency });
  currencies.set(currency, format);
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
};

type Seat = Letter["order"]["seats"][number];

const place = (event: Event, seat: Seat): string => {
  const section = event.sections.find(({ sectionId }) => sectionId === seat.sectionId)?.name ?? seat.sectionId;
  const row = seat.row === null ? "" : `, row ${seat.row}`;
  const number = seat.number === null ? "" : `, seat ${seat.number}`;
  return plain(`${section}${row}${number} · ${seat.category}`);
};

const subjects: Record<Kind, string> = {
  confirmed: "Your tickets",
  refunded: "Refunded",
  released: "Tickets void, nothing to pay",
};

const openingOf = (letter: Letter, total: string): string => {
  const { kind } = letter;
  if (kind === "confirmed")
    return "your order is confirmed. Show each ticket's code at the door; a code lets one person in, once.";
  if (kind === "released")
    return "your order was confirmed, but then the payment provider did not take the money, or returned it. Your tickets are void, the seats are no longer yours, and you do not pay. If the sale is still open, you can buy tickets again.";
  return `your order was cancelled, and its tickets are no longer valid. ${returnOf(letter, total)}`;
};

const returnOf = ({ byCard, otherwise }: Letter, total: string): string => {
  if (otherwise)
    return `The refund to your card was not possible. The organiser says that ${total} was returned to you in another way.`;
  if (!byCard) return `${total} went back to your wallet.`;
  // A payment that was only authorised is released: nothing was taken that could go back.
  return `Your card is not charged for it: ${total} was returned, or was never taken. Your bank may take a few days to show it.`;
};

/** The content of both versions of an e-mail, before it becomes text or HTML. */
const content = (letter: Letter) => {
  const { kind, order, event, publicUrl } = letter;
  const total = money(order.total, order.currency);
  return {
    subject: `${subjects[kind]}: ${event.title}`,
    greeting: "Hello,",
    opening: openingOf(letter, total),
    facts: [
      ["Event", event.title],
      ["Venue", event.venue],
      ["Starts", moment(event.startsAt)],
      ["Order", order.orderId],
      [kind === "confirmed" ? "Paid" : "Total", total],
    ] as [string, string][],
    link: `${publicUrl}/orders/${order.orderId}`,
  };
};

const cells = (row: [string, string]) =>
  `<tr><td style="padding:2px 16px 2px 0;color:#666">${html(row[0])}</td><td>${html(row[1])}</td></tr>`;

const ticketHtml = (letter: Letter, seat: Seat, ticketId: string): string => `
<div style="margin:24px 0;padding:16px;border:1px solid #ccc;border-radius:8px">
<p style="margin:0 0 8px"><b>${html(place(letter.event, seat))}</b> · ${html(money(seat.price, letter.order.currency))}</p>
<img src="cid:${ticketId}" alt="QR code of ticket ${ticketId}" style="max-width:100%;image-rendering:pixelated">
<p style="margin:8px 0 0;color:#666;font-size:12px">${ticketId}</p></div>`;

const seatOf = (letter: Letter, seatId: string): Seat => {
  const seat = letter.order.seats.find((candidate) => candidate.seatId === seatId);
  if (!seat) throw new Error("A ticket is for a seat that its order does not have.");
  return seat;
};

const toHtml = (letter: Letter): string => {
  const { greeting, opening, facts, link, subject } = content(letter);
  const tickets = letter.tickets.map(({ ticketId, seatId }) => ticketHtml(letter, seatOf(letter, seatId), ticketId));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${html(subject)}</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:600px;margin:0 auto;padding:16px">
<p>${html(greeting)}<br>${html(opening)}</p>
<table style="border-collapse:collapse">${facts.map(cells).join("")}</table>${tickets.join("")}
<p><a href="${html(link)}">Your order</a></p></body></html>
`;
};

const toText = (letter: Letter): string => {
  const { greeting, opening, facts, link } = content(letter);
  const tickets = letter.tickets.map(
    ({ ticketId, seatId, code }) => `${place(letter.event, seatOf(letter, seatId))}\n${ticketId}\n${code}\n`,
  );
  const table = facts.map(([name, value]) => `${name}: ${value}`);
  return [greeting, opening, "", ...table, "", ...tickets, `Your order: ${link}`, ""].join("\n");
};

const calendarFile = (letter: Letter): File => {
  const cancelled = letter.kind !== "confirmed";
  const { orderId, seats } = letter.order;
  const text = calendar({
    event: letter.event,
    orderId,
    description: seats.map((seat) => place(letter.event, seat)).join("\n"),
    organizer: /<([^<>]+)>/.exec(letter.from)?.[1] ?? letter.from,
    cancelled,
    now: letter.now,
  });
  const type = `text/calendar; charset=utf-8; method=${cancelled ? "CANCEL" : "PUBLISH"}`;
  return { name: "event.ics", type, content: text };
};

/** The whole e-mail: text, HTML with a QR image for each ticket, and the event for the calendar. */
export const compose = (given: Letter): Mail => {
  const { title, venue } = given.event;
  const event = { ...given.event, title: plain(title) || "Your event", venue: plain(venue) };
  const letter = { ...given, event };
  return {
    from: letter.from,
    to: letter.to,
    subject: content(letter).subject,
    date: letter.now,
    text: toText(letter),
    html: toHtml(letter),
    images: letter.tickets.map(
      ({ ticketId, code }): Image => ({ cid: ticketId, type: "image/png", content: Qr.png(code) }),
    ),
    files: [calendarFile(letter)],
  };
};
