/** The pace of the line, the wait, and the time of the next poll: functions of past answers. Times in ms. */
import type { QueueStatus } from "./shapes.ts";

type Seen = { at: number; serving: number };

/** The period over which the pace is measured. */
const WINDOW = 10 * 60_000;
/** A shorter period is too short to measure the pace. */
const LEAST = 8_000;

/** The answers kept after another poll. Answers before a pause are dropped, because they do not show the rate after it. */
const remember = (seen: Seen[], now: Seen, moving: boolean): Seen[] =>
  moving ? [...seen.filter(({ at }) => at > now.at - WINDOW), now] : [now];

/** Visitors called a second: measured, or the sale's setting until enough was seen. */
const rate = (seen: Seen[], promised: number): number => {
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.at - first.at < LEAST) return promised;
  return (last.serving - first.serving) / ((last.at - first.at) / 1000);
};

/** The wait in ms until `number` is called; undefined while the line is not moving. */
const waitOf = (number: number, serving: number, pace: number): number | undefined => {
  const ahead = number - serving;
  if (ahead <= 0) return 0;
  return pace > 0 ? (ahead / pace) * 1000 : undefined;
};

/** After this many polls within an hour, each further one comes after the longest delay: at most 30 more, so never above 120. */
const HOURLY = 85;

type Looking = {
  /** ms until the turn or the opening; undefined if it is unknown. */
  wait: number | undefined;
  /** ms since the line last moved. */
  still: number;
  hidden: boolean;
  /** Polls in the last hour. */
  spent: number;
};

/**
 * ms until the next poll: a fifth of the wait, between 3 and 120 s. A hidden page polls after half of the wait.
 * A line that is not moving is polled less and less often, down to every 45 s.
 */
export const nextLook = ({ wait, still, hidden, spent }: Looking): number => {
  const wanted = wait === undefined ? Math.min(45_000, still / 5) : wait / (hidden ? 2 : 5);
  const least = spent >= HOURLY ? 120_000 : 3_000;
  return Math.min(120_000, Math.max(least, wanted));
};

const HOUR = 3_600_000;

/** The facts of a poll besides its answer. */
export type Now = {
  /** Epoch ms, by this machine's clock and as near to the server's as is known. */
  at: number;
  serverAt: number;
  /** Our number, once it is known: the wait depends on it. */
  number: number | undefined;
  hidden?: boolean;
};

/** Follows the answers of one line: each poll's answer gives the wait, if it can be computed, and the delay until the next poll. */
export const pace = (began: number) => {
  let seen: Seen[] = [];
  let movedAt = began;
  let looks: number[] = [];

  const waitFor = (status: QueueStatus, { number, serverAt }: Now): number | undefined => {
    if (status.phase === "lobby") return Math.max(0, Date.parse(status.opensAt) - serverAt);
    if (status.phase !== "line" || number === undefined) return undefined;
    return waitOf(number, status.serving, rate(seen, status.admitPerSecond));
  };

  return (status: QueueStatus, now: Now): { wait: number | undefined; delay: number } => {
    const { at, hidden = false } = now;
    looks = [...looks.filter((before) => before > at - HOUR), at];
    if (status.serving !== seen.at(-1)?.serving) movedAt = at;
    seen = remember(seen, { at, serving: status.serving }, status.phase === "line");
    const wait = waitFor(status, now);
    const usual = nextLook({ wait, still: at - movedAt, hidden, spent: looks.length });
    // no poll after the opening; a little spread keeps a million pages from polling in the same instant
    const delay = status.phase === "lobby" && wait !== undefined && wait < usual ? wait + 200 : usual;
    return { wait, delay: delay + Math.random() * Math.min(1_000, delay / 10) };
  };
};

/** ms until an order that is being decided is read again: soon at first, then less and less often. */
export const nextRead = (age: number): number => (age < 6_000 ? 500 : age < 30_000 ? 1_500 : 5_000);
