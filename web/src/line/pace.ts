/** The pace of the line, the wait, and the time of the next poll: pure functions of past answers. Times in ms. */
export type Seen = { at: number; serving: number };

/** The period over which the pace is measured. */
const WINDOW = 10 * 60_000;
/** A shorter period is too short to measure the pace. */
const LEAST = 8_000;

/** The answers to remember after another poll. Answers before a pause are dropped: they say nothing about the pace after it. */
export const remember = (seen: Seen[], now: Seen, moving: boolean): Seen[] =>
  moving ? [...seen.filter(({ at }) => at > now.at - WINDOW), now] : [now];

/** Visitors called a second: measured, or the sale's setting until enough was seen. */
export const rate = (seen: Seen[], promised: number): number => {
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.at - first.at < LEAST) return promised;
  return (last.serving - first.serving) / ((last.at - first.at) / 1000);
};

/** The wait in ms until `number` is called; undefined while the line is not moving. */
export const waitOf = (number: number, serving: number, pace: number): number | undefined => {
  const ahead = number - serving;
  if (ahead <= 0) return 0;
  return pace > 0 ? (ahead / pace) * 1000 : undefined;
};

/** After this many polls within an hour, each further one comes after the longest delay: at most 30 more, so never above 120. */
export const HOURLY = 85;

export type Looking = {
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
