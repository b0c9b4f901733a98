/**
 * One call of a script, and what the script may need first: fresh settings, the checkpoint if the state in Redis may be old, and the
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

/** ms without a call after which the checkpoint is loaded before Redis asks for it (scripts/state.lua.ts: 3,000). */
export const quietAfterMs = 2_500;
/** Calls of Redis at most, while another caller freezes the lobby. */
const maxAttempts = 30;

export type Call = {
  script: Script;
  eventId: string;
  now: number;
  userId?: string;
  /** The ordinal in the user's token: it has been given. */
  ordinal?: number;
  /** The ordinals that this call brings. */
  block?: Block | undefined;
  /** The script's own arguments. */
  args?: (string | number)[];
  /** The request needs no sign-in. */
  isPublic?: boolean;
  /** ms that the mirrored settings may be old before this call brings fresh ones. */
  freshness?: number;
};

type Given = { settings?: string | undefined; checkpoint?: Checkpoint | undefined };

/** Answers the last reply of the script. 503 `queue.unavailable`, 404 `event.not_found`, `queue.disabled`. */
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

/** If this call has raised the ceiling itself, the script gets the ceiling before that, so that the new ordinals are not skipped. */
const write = (checkpoint: Checkpoint | undefined, block: Block | undefined): string => {
  if (!checkpoint) return "";
  const ceiling = block && checkpoint.ceiling === block.to ? block.from : checkpoint.ceiling;
  return Object.entries({ ...checkpoint, ceiling })
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
};

/**
 * For a public request, an environment that has not seen the line reads the catalogue first, so an event that does not exist costs no
 * call of Redis. An environment that knows the line to be quiet brings the checkpoint at once, and saves a call.
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

/** Several calls that wait for the same load share it. */
const checkpoints = memo<Checkpoint>(1_000);
const freezes = memo<string>(1_000);

const checkpoint = (eventId: string, now: number) =>
  checkpoints.get(eventId, { now, maxAge: 0 }, async () => (await import("./checkpoint.ts")).load(eventId));

/** `issued` counts every visitor with a place in the lobby: Redis has given no place since it counted. */
const freeze = (eventId: string, { issued, at }: Reply, now: number) =>
  freezes.get(eventId, { now, maxAge: 0 }, async () =>
    (await import("./settings.ts")).freeze({ eventId, lobby: issued, now: Math.max(at, now) }),
  );
