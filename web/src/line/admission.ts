/** What this browser keeps of a buyer's way through the queue: the place and the admission, by event and user. */

import * as Buyer from "../../../client/buyer.ts";
import { api } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import * as Session from "../api/session.ts";

export type Kept = { admission: string; expiresAt: number };

const key = (what: string, eventId: string) => `onsale:${what}:${eventId}:${Session.userId() ?? ""}`;
const read = (name: string): string | undefined => localStorage.getItem(name) ?? undefined;

export const place = (eventId: string): string | undefined => read(key("place", eventId));
export const keepPlace = (eventId: string, token: string): void => localStorage.setItem(key("place", eventId), token);
export const dropPlace = (eventId: string): void => localStorage.removeItem(key("place", eventId));

/** The admission of this user that has not expired. */
export const held = (eventId: string): Kept | undefined => {
  const text = read(key("admission", eventId));
  if (!text) return undefined;
  const kept = JSON.parse(text) as Kept;
  if (kept.expiresAt > serverNow()) return kept;
  dropAdmission(eventId);
  return undefined;
};
export const keepAdmission = (eventId: string, kept: Kept): void =>
  localStorage.setItem(key("admission", eventId), JSON.stringify(kept));
export const dropAdmission = (eventId: string): void => localStorage.removeItem(key("admission", eventId));

/**
 * Joins, or gets the place that the visitor already has. A place that is kept here is sent, so that it is restored if the server has lost it.
 * If a new place costs work, `onWork` is called when the work begins, and `signal` ends it.
 */
export const join = async (eventId: string, onWork: () => void, signal: AbortSignal): Promise<void> => {
  const solve = async (challenge: Buyer.Challenge) => {
    onWork();
    const { answer } = await import("./challenge.ts");
    return answer(challenge, signal);
  };
  const joined = await Buyer.join(api, eventId, { place: place(eventId), solve });
  keepPlace(eventId, joined.place);
};

/** Enters. Throws `queue.not_yet` while it is somebody else's turn. */
export const claim = async (eventId: string, token: string): Promise<Kept> => {
  const { admission, expiresAt } = await Buyer.claim(api, eventId, token);
  const kept = { admission, expiresAt: Date.parse(expiresAt) };
  keepAdmission(eventId, kept);
  return kept;
};

/** Gives up the admission and the place. */
export const leave = async (eventId: string): Promise<void> => {
  dropAdmission(eventId);
  dropPlace(eventId);
  await Buyer.leave(api, eventId);
};
