/** Follows an event's queue: the same cached answer for everybody, asked for as seldom as the wait allows. */
import type { QueueStatus } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import * as Reads from "../api/reads.ts";
import { queries } from "../query.ts";
import { nextLook, rate, remember, type Seen, waitOf } from "./pace.ts";

export type View = {
  status: QueueStatus;
  /** ms until the turn, undefined while nobody can tell. */
  wait: number | undefined;
  lookedAt: number;
};

export type Follower = {
  /** Our number, once it is known: the wait depends on it. */
  number: number | undefined;
  look: () => void;
  stop: () => void;
};

const HOUR = 3_600_000;

/** Calls `onView` after every look, `onLost` when one failed. */
export const follow = (eventId: string, onView: (view: View) => void, onLost: (error: unknown) => void): Follower => {
  let timer = 0;
  let stopped = false;
  let seen: Seen[] = [];
  let movedAt = Date.now();
  let looks: number[] = [];
  let failures = 0;
  let busy = false;

  const waitFor = (status: QueueStatus): number | undefined => {
    if (status.phase === "lobby") return Math.max(0, Date.parse(status.opensAt) - serverNow());
    if (status.phase !== "line" || follower.number === undefined) return undefined;
    return waitOf(follower.number, status.serving, rate(seen, status.admitPerSecond));
  };

  const plan = (status: QueueStatus, wait: number | undefined) => {
    const at = Date.now();
    const delay = nextLook({ wait, still: at - movedAt, hidden: document.hidden, spent: looks.length });
    // The opening is not slept through; a little spread keeps a million pages from asking in the same instant.
    const opening = status.phase === "lobby" && wait !== undefined && wait < delay ? wait + 200 : delay;
    timer = window.setTimeout(look, opening + Math.random() * Math.min(1_000, opening / 10));
  };

  const look = async () => {
    if (stopped || busy) return;
    clearTimeout(timer);
    busy = true;
    try {
      const status = await queries.fetchQuery({ ...Reads.queue(eventId), staleTime: 0, retry: false });
      if (stopped) return;
      const at = Date.now();
      looks = [...looks.filter((before) => before > at - HOUR), at];
      if (status.serving !== seen.at(-1)?.serving) movedAt = at;
      seen = remember(seen, { at, serving: status.serving }, status.phase === "line");
      failures = 0;
      const wait = waitFor(status);
      onView({ status, wait, lookedAt: at });
      plan(status, wait);
    } catch (error) {
      if (stopped) return;
      onLost(error);
      timer = window.setTimeout(look, Math.min(20_000, 2_000 * 2 ** failures++));
    } finally {
      busy = false;
    }
  };

  const resume = () => !document.hidden && look();
  document.addEventListener("visibilitychange", resume);
  addEventListener("online", look);
  addEventListener("pageshow", resume);
  const follower: Follower = {
    number: undefined,
    look,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", resume);
      removeEventListener("online", look);
      removeEventListener("pageshow", resume);
    },
  };
  look();
  return follower;
};
