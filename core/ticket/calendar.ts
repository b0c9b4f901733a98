/** An event as a calendar file (iCalendar, RFC 5545). */
import type { Event } from "#core/catalog/schema.ts";
import { iso, ms } from "#core/lib/clock.ts";

const stamp = (at: number): string => iso(at).replace(/[-:]|\.\d{3}/g, "");

const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, "\\$&")
    .replace(/\r?\n/g, "\\n")
    .replace(/\p{Cc}/gu, " ");

/** Lines of at most 75 octets; a continuation begins with a space, and no character is cut in two. */
const folded = (line: string): string => {
  const lines = [""];
  for (const character of line) {
    const last = lines.length - 1;
    if (Buffer.byteLength(lines[last] + character) > 75) lines.push(` ${character}`);
    else lines[last] += character;
  }
  return lines.join("\r\n");
};

type File = {
  event: Event;
  /** One entry for each. The order's id is the entry's uid: with it a calendar replaces the entry, or removes it when it is cancelled. */
  orders: { orderId: string; description: string }[];
  organizer: string;
  cancelled: boolean;
  now: number;
};

/** The method of a file, which the e-mail names, too. */
export const methodOf = (cancelled: boolean) => (cancelled ? "CANCEL" : "PUBLISH");

/** The file's text. A flight ends when it lands; other events have a start only. */
export const calendar = ({ orders, ...file }: File): string => {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Onsale//Tickets//EN",
    `METHOD:${methodOf(file.cancelled)}`,
    ...orders.flatMap((order) => entry(file, order)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
};

/** A calendar takes an entry only if its sequence is higher. It goes up with each change of the event, and with the end of an order. */
const entry = (file: Omit<File, "orders">, { orderId, description }: File["orders"][number]): string[] => {
  const { event, organizer, cancelled, now } = file;
  const { flight, revision = 0 } = event;
  const starts = flight ? ms(flight.departsAt) : event.startsAt;
  return [
    "BEGIN:VEVENT",
    `UID:${orderId}@onsale`,
    `DTSTAMP:${stamp(now)}`,
    `SEQUENCE:${cancelled ? revision + 1 : revision}`,
    `STATUS:${cancelled ? "CANCELLED" : "CONFIRMED"}`,
    `ORGANIZER:mailto:${organizer}`,
    `DTSTART:${stamp(starts)}`,
    ...(flight ? [`DTEND:${stamp(ms(flight.arrivesAt))}`] : []),
    `SUMMARY:${escaped(event.title)}`,
    `LOCATION:${escaped(event.venue)}`,
    `DESCRIPTION:${escaped(description)}`,
    "END:VEVENT",
  ];
};
