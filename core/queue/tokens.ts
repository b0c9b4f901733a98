/**
 * The visitors' tokens: a place in the queue, and the admission to the checkout. They are checked with a key alone, so core/order needs
 * no Redis to check an admission.
 */
import { sign, verify } from "#core/lib/tokens.ts";
import { AdmissionRequired, NotYourPlace, PlaceInvalid } from "./schema.ts";

/**
 * `ordinal`: the lobby index (`lobby`) or the line number. `issuedAt` (epoch ms, by the line's clock, as an admission's) is the time of
 * the last answer with this place before its owner was admitted.
 */
export type Place = { ordinal: number; lobby: boolean; issuedAt: number };

type Visit = { userId: string; eventId: string; now: number };
type PlaceClaims = { sub: string; evt: string; idx?: number; num?: number; iat: number };

/** A place as a token that its owner can read: `sub`, `evt`, `idx` or `num`. */
export const signPlace = ({ userId, eventId }: Omit<Visit, "now">, { ordinal, lobby, issuedAt }: Place) =>
  sign("place", { sub: userId, evt: eventId, [lobby ? "idx" : "num"]: ordinal, iat: issuedAt });

/** 403 `queue.place_invalid` for a token that is not a place of this event, `queue.place_foreign` for a place of another account. */
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
 * When this user's admission to this event was issued (epoch ms). The caller compares it with the basket's revocations.
 * 403 `queue.admission_required` if it is missing, expired, of another user or of another event.
 */
export const admitted = (args: Visit & { token: string | undefined }): { issuedAt: number } => {
  const { token, userId, eventId, now } = args;
  const claims = token ? verify<{ sub: string; evt: string; iat: number }>("admission", token, now) : undefined;
  if (claims?.sub !== userId || claims.evt !== eventId) throw AdmissionRequired();
  return { issuedAt: claims.iat };
};
