/** An environment's memory of the lines that it has seen. It shows if Redis was set back in time, and saves calls. */
import { ticks } from "#core/lib/clock.ts";
import type { Reply } from "./reply.ts";

export type Memory = Pick<Reply, "issued" | "ceiling" | "wanted" | "at" | "mirroredAt" | "work" | "lobby" | "seed"> & {
  clocks: Clocks;
};

/** The line's clock, this environment's own clock and its ticks at one moment; ms. The line's clock may have moved since. */
type Clocks = { line: number; own: number; ticks: number };

const maxEvents = 1_000;
const memories = new Map<string, Memory>();

/** ms up to which two clocks count as equal. */
const clocksAgreeMs = 1_000;
/** The rate at which a line's clock that was ahead moves on, so that real time reaches it. */
const slowedRate = 0.9;

const goneOn = ({ line, own, ticks: before }: Clocks, at: { own: number; ticks: number }): number =>
  line + slowedRate * Math.max(0, Math.min(at.own - own, at.ticks - before));

/**
 * The time (epoch ms) for a call about a line. A line's clock never goes back. If an environment with a clock that is ahead has moved
 * it, the other environments move it on from there as time passes, and need not wait until their own clocks reach it.
 */
export const clock = (eventId: string, now: number): number => {
  const clocks = recall(eventId)?.clocks;
  if (!clocks || clocks.line - clocks.own < clocksAgreeMs) return now;
  return Math.max(now, Math.floor(goneOn(clocks, { own: now, ticks: ticks() })));
};

export const recall = (eventId: string): Memory | undefined => memories.get(eventId);

/** Replies may come out of order, so values that only grow are never set back. `own`: this environment's time when the reply came (epoch ms). */
export const remember = (eventId: string, reply: Reply, own: number): void => {
  const before = memories.get(eventId);
  const here = { own, ticks: ticks() };
  const later = before && before.at > reply.at ? before : reply;
  const { ceiling, wanted, at, mirroredAt, work } = later;
  memories.delete(eventId);
  memories.set(eventId, {
    issued: Math.max(reply.issued, before?.issued ?? 0),
    ceiling: Math.max(ceiling, before?.ceiling ?? 0),
    wanted,
    at,
    mirroredAt,
    work,
    lobby: reply.lobby ?? before?.lobby,
    seed: reply.seed ?? before?.seed,
    // The line's clock was at this time before the reply arrived. Of all that is known, the latest time is the closest.
    clocks: before && goneOn(before.clocks, here) > reply.at ? before.clocks : { line: reply.at, ...here },
  });
  for (const oldest of memories.keys()) {
    if (memories.size <= maxEvents) break;
    memories.delete(oldest);
  }
};

/** For tests, which run several environments in one process. */
export const forget = (): void => memories.clear();
