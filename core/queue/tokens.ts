/**
 * What visitors carry: a place in the queue, and the admission to the checkout. Checked here with a key alone, so that whoever sells
 * (core/order) needs no Redis to know who was let in.
 */
import { sign, verify } from "#core/lib/tokens.ts";
import { AdmissionRequired, NotYourPlace, PlaceInvalid } from "./schema.ts";

/**
 * `ordinal`: the lobby index or the line number; `lobby` tells which. `issuedAt` (epoch ms, by the line's clock, as an admission's) is
 * when it was answered last before its owner was admitted.
 */
export type Place = { ordinal: number; lobby: boolean; issuedAt: number };

type Visit = { userId: string; eventId: string; now: number };
type PlaceClaims = { sub: string; evt: string; idx?: number; num?: number; iat: number };

/** A place as a token that its owner can read: `sub`, `evt`, `idx` or `num`. */
export const signPlace = ({ userId, eventId }: Omit<Visit, "now">, { ordinal, lobby, issuedAt }: Place) =>
  sign("place", { sub: userId, evt: eventId, [lobby ? "idx" : "num"]: ordinal, iat: issuedAt });

/** 403 `queue.place_invalid` for what is no place of this event, `queue.place_foreign` for another account's. */
export const readPlace = (token: string, { userId, eventId, now }: Visit): Place => {
  const claims = verify<PlaceClaims>("place", token, now);
  const ordinal = claims?.idx ?? claims?.num;
  if (!claims || ordinal === undefined) throw PlaceInvalid();
  if (claims.evt !== eventId) throw PlaceInvalid("This place is for another event.");
  if (claims.sub !== userId) throw NotYourPlace();
  return { ordinal, lobby: claims.idx !== undefined, issuedAt: claims.iat };
};

/** An admission issued at `issuedAt` that opens the checkout until `expiresAt` (epoch ms). */
export const signAdmission = ({ userId, eventId }: Omit<Visit, "now">, issuedAt: number, expiresAt: number) =>
  sign("admission", { sub: userId, evt: eventId, iat: issuedAt }, expiresAt);

/**
 * When this user's admission to this event was issued (epoch ms), to be compared with what the basket says is spent.
 * 403 `queue.admission_required` for none, an expired one, another's or another event's.
 */
export const admitted = (args: Visit & { token: string | undefined }): { issuedAt: number } => {
  const { token, userId, eventId, now } = args;
  const claims = token ? verify<{ sub: string; evt: string; iat: number }>("admission", token, now) : undefined;
  if (claims?.sub !== userId || claims.evt !== eventId) throw AdmissionRequired();
  return { issuedAt: claims.iat };
};
