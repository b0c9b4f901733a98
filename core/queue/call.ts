/**
 * One call of a script, with what it may ask for on the way: fresh settings and the checkpoint where Redis cannot be trusted, the
 * freeze at the opening. DynamoDB is loaded only then.
 */
import { sleep, ticks } from "#core/lib/clock.ts";
import * as Ids from "#core/lib/ids.ts";
import { memo } from "#core/lib/memo.ts";
import type { Block } from "./checkpoint.ts";
import { tick } from "./checkpoint-tick.ts";
import * as Memory from "./memory.ts";
import { type Checkpoint, keysOf } from "./queue.table.ts";
import { run, type Script, unavailable } from "./redis.ts";
import { parse, type Reply } from "./reply.ts";

/** ms after which a quiet line is looked up before Redis asks for it (scripts/state.lua.ts: 3,000). */
export const quietAfterMs = 2_500;
/** As many times is Redis asked again, while somebody else freezes the lobby. */
const maxAttempts = 30;

export type Call = {
  script: Script;
  eventId: string;
  now: number;
  userId?: string;
  /** The ordinal that a token proves to have been given. */
  ordinal?: number;
  /** Ordinals that are this call's to bring. */
  block?: Block | undefined;
  /** The script's own arguments. */
  args?: (string | number)[];
  /** Nobody had to sign in to ask. */
  isPublic?: boolean;
  /** ms that the mirrored settings may be old before this call brings fresh ones. */
  freshness?: number;
};

type Given = { settings?: string | undefined; checkpoint?: Checkpoint | undefined };

/** Answers what the script answered in the end. 503 `queue.unavailable`, 404 `event.not_found`, `queue.disabled`. */
export const call = async (options: Call): Promise<Reply> => {
  const { eventId, now } = options;
  const began = ticks();
  let given = await prepare(options);
  for (let tries = 0; tries < maxAttempts; tries++) {
    const reply = await send(options, given);
    given = {};
    if (reply.code === "prime") {
      given = { settings: await settings(eventId, now), checkpoint: await checkpoint(eventId, now) };
      continue;
    }
    Memory.remember(eventId, reply, now + ticks() - began);
    if (reply.code === "freeze") given = { settings: await freeze(eventId, reply, now) };
    else if (reply.code === "wait") await sleep(30 + Ids.below(40));
    else {
      await tick(eventId, reply);
      return reply;
    }
  }
  throw unavailable();
};

const send = async (options: Call, given: Given): Promise<Reply> => {
  const { script, eventId, userId, now, ordinal = 0, block, args = [] } = options;
  const { state, places, active, late } = keysOf(eventId, userId);
  const known = Math.max(Memory.recall(eventId)?.issued ?? 0, ordinal);
  const saved = write(given.checkpoint, block);
  const range = block ? `${block.from}-${block.to}` : "";
  const raw = await run<string[]>(
    script,
    [state, places, active, late],
    [Memory.clock(eventId, now), known, given.settings ?? "", saved, range, ...args],
  );
  return parse(raw);
};

/** A ceiling that this very call has raised is no reason to skip the ordinals that it brings. */
const write = (checkpoint: Checkpoint | undefined, block: Block | undefined): string => {
  if (!checkpoint) return "";
  const ceiling = block && checkpoint.ceiling === block.to ? block.from : checkpoint.ceiling;
  return Object.entries({ ...checkpoint, ceiling })
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
};

/**
 * What anybody may ask, an environment that has not met the line asks the catalogue first: an event that is not there costs Redis nothing.
 * One that knows the line to be quiet brings what Redis would send it for, and saves a call.
 */
const prepare = async ({ eventId, now, isPublic = false, freshness = 1_800 }: Call): Promise<Given> => {
  const memory = Memory.recall(eventId);
  if (!memory) return isPublic ? { settings: await settings(eventId, now) } : {};
  const at = Memory.clock(eventId, now);
  const old = at - memory.mirroredAt > freshness;
  const quiet = at - memory.at > quietAfterMs;
  return {
    settings: old ? await settings(eventId, now) : undefined,
    checkpoint: quiet ? await checkpoint(eventId, now) : undefined,
  };
};

const settings = async (eventId: string, now: number) => (await import("./settings.ts")).load(eventId, now);

/** What several calls wait for is asked for once. */
const checkpoints = memo<Checkpoint>(1_000);
const freezes = memo<string>(1_000);

const checkpoint = (eventId: string, now: number) =>
  checkpoints.get(eventId, { now, maxAge: 0 }, async () => (await import("./checkpoint.ts")).load(eventId));

/** Every visitor who had a place in the lobby is in `issued`: Redis has given none since it counted. */
const freeze = (eventId: string, { issued, at }: Reply, now: number) =>
  freezes.get(eventId, { now, maxAge: 0 }, async () =>
    (await import("./settings.ts")).freeze({ eventId, lobby: issued, now: Math.max(at, now) }),
  );
