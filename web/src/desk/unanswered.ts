/** Keys of scans whose answer was lost. The same ticket scanned again is the same scan, also after other scans or a reload. */
import { freshKey } from "../../../client/client.ts";

const PLACE = "onsale:scans";

type Ticket = { eventId: string; code: string };

const all = (): Record<string, string> => JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
const write = (keys: Record<string, string>): void => sessionStorage.setItem(PLACE, JSON.stringify(keys));
const nameOf = ({ eventId, code }: Ticket): string => `${eventId} ${code}`;

/** The key of a ticket's scan: that of a scan without an answer, or a new one. */
export const keyOf = (ticket: Ticket): string => {
  const keys = all();
  const key = keys[nameOf(ticket)] ?? freshKey();
  write({ ...keys, [nameOf(ticket)]: key });
  return key;
};

/** Call this when the scan was answered. */
export const forget = (ticket: Ticket): void => {
  const { [nameOf(ticket)]: _, ...others } = all();
  write(others);
};
