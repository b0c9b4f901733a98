/** Follows an event's queue: the same cached answer for everybody, asked for as seldom as the wait allows. */

import { pace } from "../../../client/pace.ts";
import type { QueueStatus } from "../../../client/shapes.ts";
import { serverNow } from "../api/clock.ts";
import * as Reads from "../api/reads.ts";
import { queries } from "../query.ts";

export type View = {
  status: QueueStatus;
  /** ms until the turn, undefined while it is unknown. */
  wait: number | undefined;
  lookedAt: number;
};

export type Follower = {
  /** Our number, once it is known: the wait depends on it. */
  number: number | undefined;
  look: () => void;
  stop: () => void;
};

/** Calls `onView` after every look, `onLost` when one failed. */
export const follow = (eventId: string, onView: (view: View) => void, onLost: (error: unknown) => void): Follower => {
  let timer = 0;
  let stopped = false;
  const paced = pace(Date.now());
  let failures = 0;
  let busy = false;

  const look = async () => {
    if (stopped || busy) return;
    clearTimeout(timer);
    busy = true;
    try {
      const status = await queries.fetchQuery({ ...Reads.queue(eventId), staleTime: 0, retry: false });
      if (stopped) return;
      const at = Date.now();
      failures = 0;
      const { number } = follower;
      const { wait, delay } = paced(status, { at, serverAt: serverNow(), number, hidden: document.hidden });
      onView({ status, wait, lookedAt: at });
      timer = window.setTimeout(look, delay);
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
