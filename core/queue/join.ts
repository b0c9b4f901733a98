/** Getting a place. */
import { setImmediate } from "node:timers/promises";
import { Unverified } from "#core/account/schema.ts";
import { sleep } from "#core/lib/clock.ts";
import * as Ids from "#core/lib/ids.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { call, quietAfterMs } from "./call.ts";
import * as Challenge from "./challenge.ts";
import type { Block } from "./checkpoint.ts";
import { numberAt } from "./line.ts";
import * as Memory from "./memory.ts";
import { script, unavailable } from "./redis.ts";
import type { Reply } from "./reply.ts";
import { isRevoked } from "./revoked.ts";
import { type Place, QueueClosed } from "./schema.ts";
import joinText from "./scripts/join.lua.ts";
import { statusScript } from "./status.ts";
import * as Tokens from "./tokens.ts";

const joinScript = script("join", joinText);

/** Tries of a joiner who finds no ordinal left. At each they look again or fetch a block. */
const maxAttempts = 40;
/** The most ordinals in a block. */
const maxBlockSize = 1_000;
/** Tries after which a block that another caller fetches counts as lost. */
const maxLooksForBlock = 4;

/** ms for which settings in memory are used. */
const freshMs = 1_800;

type Visit = { userId: string; eventId: string; now: number };

/**
 * A user's place: in the lobby before the sale opens, in the line after that. It is the same place until it has been used. `place` is an
 * earlier token, which restores a place that Redis has lost. `challenge` answers the challenge of a new place. `verified`: the user's e-mail
 * address is proven. `fresh`: the place is new. 403 `account.unverified`, `queue.challenge_required`, `queue.place_foreign`,
 * `queue.place_invalid`; 409 `queue.closed`; 503 `queue.unavailable`.
 */
export const join = async (
  args: Visit & { place?: string | undefined; challenge?: string | undefined; verified?: boolean },
): Promise<Place & { fresh: boolean }> => {
  const token = args.place === undefined ? undefined : Tokens.readPlace(args.place, args);
  const work = Challenge.weigh(args);
  const asked = Memory.recall(args.eventId);
  // If every joiner has to do the work, no call of Redis is needed to say so. A user who has a place without its token does the work, too.
  if (!token && asked && work < asked.work && Memory.clock(args.eventId, args.now) - asked.mirroredAt < freshMs)
    throw Challenge.required(args, asked.work);
  const reply = await take(args, token, work);
  if (reply.code === "unverified") throw Unverified();
  if (reply.code === "challenge") throw Challenge.required(args, reply.work);
  if (reply.code === "closed") throw QueueClosed();
  if (reply.task === "raise") await fetchAhead(args, reply);
  if (reply.code === "new") count("Joined");
  const ordinal = reply.first;
  const lobby = ordinal <= (reply.lobby ?? Number.POSITIVE_INFINITY);
  return {
    place: Tokens.signPlace(args, { ordinal, lobby, issuedAt: reply.second || reply.at }),
    phase: reply.phase,
    number: numberAt(ordinal, reply) ?? null,
    fresh: reply.code === "new",
  };
};

/** Asks Redis. Brings a block of ordinals if Redis has none left. */
const take = async (
  visit: Visit & { verified?: boolean },
  token: Tokens.Place | undefined,
  work: number,
): Promise<Reply> => {
  const done = [...(work > 0 || visit.verified ? [work] : []), ...(visit.verified ? ["1"] : [])];
  let ordinal = token?.ordinal ?? 0;
  let checked = "";
  let again = "";
  let short = expected(visit);
  for (let tries = 0; tries < maxAttempts; tries++) {
    const ask = (block?: Block) =>
      call({ ...visit, script: joinScript, ordinal, block, args: [visit.userId, ordinal, checked, again, ...done] });
    const reply = await (short ? bring(visit, short, tries, ask) : ask());
    short = undefined;
    if (reply.code === "full") {
      short = reply;
      again = "1";
    } else if (reply.code !== "check") return reply;
    else if (!token || (await isRevoked(token, visit))) ordinal = 0;
    else checked = "1";
  }
  throw unavailable();
};

type Short = { ceiling: number; wanted: number };

/** The missing ordinals, if this environment expects them before it asks. After a silence, ordinals continue above the ceiling. */
const expected = ({ eventId, now }: Visit): Short | undefined => {
  const memory = Memory.recall(eventId);
  if (!memory) return undefined;
  if (Memory.clock(eventId, now) - memory.at > quietAfterMs) return { ceiling: memory.ceiling, wanted: 1 };
  return memory.issued >= memory.ceiling ? memory : undefined;
};

type Turn = { waiting: number; done: Promise<Reply> };
const turns = new Map<string, Turn>();

/** One caller of a process fetches a block for all that wait, and joins with it. The others look again after that. */
const bring = async (
  { eventId }: Visit,
  { ceiling, wanted }: Short,
  tries: number,
  ask: (block?: Block) => Promise<Reply>,
): Promise<Reply> => {
  const begun = turns.get(eventId);
  if (begun) {
    begun.waiting++;
    await begun.done.catch(() => {}); // its own caller gets the error
    return ask();
  }
  const fetch = async () => {
    await setImmediate(); // callers of the same moment are counted now
    const by = Math.min(maxBlockSize, Math.max(wanted, turn.waiting));
    return ask(await raise({ eventId, from: ceiling, by }, tries));
  };
  const turn: Turn = { waiting: 1, done: Promise.resolve().then(fetch) };
  turns.set(eventId, turn);
  try {
    return await turn.done;
  } finally {
    turns.delete(eventId);
  }
};

/**
 * A block for this caller, or none if another caller is faster: then that block is in Redis in a moment. If it does not arrive, its
 * caller has failed or Redis was set back in time, and ordinals continue above the ceiling in DynamoDB.
 */
const raise = async (args: { eventId: string; from: number; by: number }, tries: number) => {
  const Checkpoint = await import("./checkpoint.ts");
  const raised = await Checkpoint.raise(args);
  if ("block" in raised) return raised.block;
  if (tries < maxLooksForBlock) {
    if (tries > 0) await sleep(20 * tries + Ids.below(40));
    return undefined;
  }
  const beyond = await Checkpoint.raise({ ...args, from: raised.ceiling });
  return "block" in beyond ? beyond.block : undefined;
};

/** When many join, the next block is fetched before this one is used up. If that fails, a joiner who finds none left fetches one. */
const fetchAhead = async ({ eventId, now }: Visit, { ceiling, wanted }: Reply): Promise<void> => {
  try {
    const { raise } = await import("./checkpoint.ts");
    const raised = await raise({ eventId, from: ceiling, by: wanted });
    if ("block" in raised) await call({ eventId, now, script: statusScript, block: raised.block, args: ["peek"] });
  } catch (error) {
    count("Unexpected");
    logger.error("block", { operation: "raise", eventId, outcome: "failed", error: error as Error });
  }
};
