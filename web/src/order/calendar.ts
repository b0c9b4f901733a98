/** A calendar file (RFC 5545) for an order's event. */
import type { Event, Order } from "../../../client/shapes.ts";

const stamp = (at: string) => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
const escaped = (text: string) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** Lines of at most 75 octets, as the standard wants them; never inside a character. */
const folded = (line: string): string => {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let [text, size] = ["", 0];
  for (const char of line) {
    const octets = encoder.encode(char).length;
    if (size + octets > (lines.length ? 74 : 75)) {
      lines.push(text);
      [text, size] = ["", 0];
    }
    text += char;
    size += octets;
  }
  return [...lines, text].join("\r\n ");
};

export const calendar = (order: Order, event: Event, seats: string[], now: number): string => {
  const [from, to] = event.flight
    ? [event.flight.departsAt, event.flight.arrivesAt]
    : [event.startsAt, new Date(Date.parse(event.startsAt) + 2 * 3_600_000).toISOString()];
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Onsale//Tickets//EN",
    "BEGIN:VEVENT",
    `UID:${order.orderId}@onsale`,
    `SEQUENCE:${event.revision ?? 0}`,
    `DTSTAMP:${stamp(new Date(now).toISOString())}`,
    `DTSTART:${stamp(from)}`,
    `DTEND:${stamp(to)}`,
    `SUMMARY:${escaped(event.title)}`,
    `LOCATION:${escaped(event.venue)}`,
    `DESCRIPTION:${escaped(seats.join("\n"))}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
};

/** Downloads a text as a file. */
export const save = (name: string, type: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
