/** Entering the checkout when the number has been called, and leaving it. */
import { iso } from "#core/lib/clock.ts";
import { count } from "#core/lib/metrics.ts";
import { call } from "./call.ts";
import { askAgain, numberAt, waitFor } from "./line.ts";
import * as Memory from "./memory.ts";
import { keysOf } from "./queue.table.ts";
import { run, script, unavailable } from "./redis.ts";
import type { Reply } from "./reply.ts";
import { isRevoked } from "./revoked.ts";
import { type Admission, NotYet, PlaceSpent, QueueClosed, QueueDisabled } from "./schema.ts";
import claimText from "./scripts/claim.lua.ts";
import leaveText from "./scripts/leave.lua.ts";
import * as Tokens from "./tokens.ts";

const claimScript = script("claim", claimText);
const leaveScript = script("leave", leaveText);

type Visit = { userId: string; eventId: string; now: number };

/**
 * An admission, if the place's number has been called; during its session the same one again. 409 `queue.not_yet` with `Retry-After`,
 * `number` (null before the draw) and `serving`; 409 `queue.place_spent`, `queue.closed`; 403 `queue.place_foreign`,
 * `queue.place_invalid`; 503 `queue.unavailable`.
 */
export const claim = async (args: Visit & { place: string }): Promise<Admission> => {
  const place = Tokens.readPlace(args.place, args);
  const reply = await enter(args, place);
  switch (reply.code) {
    case "in":
      count("Admitted");
      return admission(args, reply);
    case "again":
      return admission(args, reply);
    case "spent":
      throw PlaceSpent();
    case "closed":
      throw QueueClosed();
    default:
      throw notYet(reply);
  }
};

const admission = (visit: Visit, { first: issuedAt, second: expiresAt }: Reply): Admission => ({
  admission: Tokens.signAdmission(visit, issuedAt, expiresAt),
  expiresAt: iso(expiresAt),
});

/** Calls at most: for the seed, for the check of the place, and for the admission. */
const maxAttempts = 4;

/** The number of a lobby place is computed here. An environment that does not have the draw yet calls twice. */
const enter = async (visit: Visit, place: Tokens.Place): Promise<Reply> => {
  const { ordinal } = place;
  const number = (draw: Parameters<typeof numberAt>[1] = {}) => numberAt(ordinal, draw) ?? "";
  const ask = (checked: string, drawn: number | string) =>
    call({ ...visit, script: claimScript, ordinal, args: [visit.userId, ordinal, checked, drawn] });
  let checked = "";
  let drawn = number(Memory.recall(visit.eventId));
  for (let tries = 0; tries < maxAttempts; tries++) {
    const reply = await ask(checked, drawn);
    if (reply.code === "seed") drawn = number(reply);
    else if (reply.code !== "check") return reply;
    else if (await isRevoked(place, visit)) throw PlaceSpent();
    else checked = "1";
  }
  throw unavailable();
};

const pausedRetrySeconds = 15;

const notYet = ({ code, phase, first, serving, admitPerSecond, lobby, opensAt, at }: Reply) => {
  const number = lobby === undefined ? null : first;
  const wait = () => {
    if (code === "late") return askAgain(0);
    if (phase === "paused") return pausedRetrySeconds;
    if (number === null) return askAgain((opensAt - at) / 1000);
    return askAgain(waitFor(number, { serving, admitPerSecond }));
  };
  const detail = code === "late" ? "Your number was called earlier: the next free slot is for you." : undefined;
  return NotYet(detail, { extra: { number, serving, phase }, headers: { "retry-after": String(wait()) } });
};

/**
 * Ends a user's admission at their request: no hold begins with it any more (DynamoDB is written first), and its slot is free at once.
 * Leaving twice changes nothing more. 404 `event.not_found`, `queue.disabled`; 503 `queue.unavailable`.
 */
export const leave = async ({ userId, eventId, now }: Visit): Promise<void> => {
  const [Catalog, Basket] = await Promise.all([import("#core/catalog/index.ts"), import("#core/basket/index.ts")]);
  const event = await Catalog.event(eventId, now);
  if (!event.queue.enabled) throw QueueDisabled();
  const until = Memory.clock(eventId, now);
  await Basket.revokeAdmissions({ userId, eventId, now: until });
  const issuedAt = await free({ userId, eventId });
  // An environment with a clock ahead of ours has issued it. The write above would not have revoked it.
  if (issuedAt >= until) await Basket.revokeAdmissions({ userId, eventId, now: issuedAt });
};

/**
 * Frees the slot of the admission issued at `admittedAt` (epoch ms), and of no later one. Without `admittedAt` it frees the slot of the
 * present admission. Answers when that was issued; 0 if there is none.
 */
export const free = async (args: { userId: string; eventId: string; admittedAt?: number }): Promise<number> => {
  const { places, active } = keysOf(args.eventId, args.userId);
  const [freed, issuedAt] = await run<[number, string]>(
    leaveScript,
    [places, active],
    [args.userId, args.admittedAt ?? ""],
  );
  if (freed > 0) count("Left");
  return Number(issuedAt);
};
