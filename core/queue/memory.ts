/** What an environment remembers of the lines it has seen: evidence against a Redis that went back in time, and calls saved. */
import { ticks } from "#core/lib/clock.ts";
import type { Reply } from "./reply.ts";

export type Memory = Pick<Reply, "issued" | "ceiling" | "wanted" | "at" | "mirroredAt" | "work" | "lobby" | "seed"> & {
  clocks: Clocks;
};

/** The line's clock, this environment's own and its ticks, at one moment; ms. The line's may have been on since. */
type Clocks = { line: number; own: number; ticks: number };

const maxEvents = 1_000;
const memories = new Map<string, Memory>();

/** Up to as many ms apart, clocks are taken to agree. */
const clocksAgreeMs = 1_000;
/** How fast a line's clock that was ahead goes on, so that real time catches up with it. */
const slowedRate = 0.9;

const goneOn = ({ line, own, ticks: before }: Clocks, at: { own: number; ticks: number }): number =>
  line + slowedRate * Math.max(0, Math.min(at.own - own, at.ticks - before));

/**
 * The time (epoch ms) by which to ask for a line. Its clock never goes back: where an environment whose own is ahead has moved it, all
 * others carry it on from there by the time that passes, instead of waiting until theirs get there.
 */
export const clock = (eventId: string, now: number): number => {
  const clocks = recall(eventId)?.clocks;
  if (!clocks || clocks.line - clocks.own < clocksAgreeMs) return now;
  return Math.max(now, Math.floor(goneOn(clocks, { own: now, ticks: ticks() })));
};

export const recall = (eventId: string): Memory | undefined => memories.get(eventId);

/** Replies may come out of order: what only grows is never taken back. `own`: this environment's time when it came (epoch ms). */
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
    // the line was there before its reply was here: of what is known of its clock, the farthest is the nearest
    clocks: before && goneOn(before.clocks, here) > reply.at ? before.clocks : { line: reply.at, ...here },
  });
  for (const oldest of memories.keys()) {
    if (memories.size <= maxEvents) break;
    memories.delete(oldest);
  }
};

/** For tests, which play several environments in one process. */
export const forget = (): void => memories.clear();
