/** What an environment remembers of the lines it has seen: evidence against a Redis that went back in time, and calls saved. */
import type { Reply } from "./reply.ts";

export type Memory = Pick<Reply, "issued" | "ceiling" | "wanted" | "at" | "mirroredAt" | "work" | "lobby" | "seed">;

const MOST = 1_000;
const memories = new Map<string, Memory>();

export const recall = (eventId: string): Memory | undefined => memories.get(eventId);

/** Replies may come out of order: what only grows is never taken back. */
export const remember = (eventId: string, reply: Reply): void => {
  const before = memories.get(eventId);
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
  });
  for (const oldest of memories.keys()) {
    if (memories.size <= MOST) break;
    memories.delete(oldest);
  }
};

/** For tests, which play several environments in one process. */
export const forget = (): void => memories.clear();
