/** The state of the line, the same for every visitor. */
import { iso } from "#core/lib/clock.ts";
import { call } from "./call.ts";
import { script } from "./redis.ts";
import { type Phase, QueueDisabled, type QueueStatus, QueueUnavailable } from "./schema.ts";
import statusText from "./scripts/status.lua.ts";

export const statusScript = script("status", statusText);

type Asked = { eventId: string; now: number };

/** Moves the line, and answers its state. 404 `event.not_found`, `queue.disabled`; 503 `queue.unavailable`. */
export const status = async ({ eventId, now }: Asked): Promise<QueueStatus> => {
  // Polls come every second. They bring fresh settings, so that a buyer's call need not.
  const reply = await call({ eventId, now, script: statusScript, args: [""], isPublic: true, freshness: 1_000 });
  const { phase, serving, issued, lobby, active, admitPerSecond, opensAt, commitment, seed, at } = reply;
  return {
    phase,
    serving,
    issued: lobby === undefined ? 0 : issued,
    lobby: lobby ?? issued,
    active,
    admitPerSecond,
    opensAt: iso(opensAt),
    draw: { commitment, ...(seed && { seed }) },
    asOf: iso(at),
  };
};

export type Stats = { phase: Phase; issued: number; serving: number; active: number };

/** The line's figures for its organiser. It does not move the line. Null if there is no queue or Redis cannot be reached. */
export const stats = async ({ eventId, now }: Asked): Promise<Stats | null> => {
  try {
    const reply = await call({ eventId, now, script: statusScript, args: ["peek"] });
    const { phase, issued, serving, active, lobby } = reply;
    return { phase, issued: lobby === undefined ? 0 : issued, serving, active };
  } catch (error) {
    if (QueueDisabled.is(error) || QueueUnavailable.is(error)) return null;
    throw error;
  }
};
