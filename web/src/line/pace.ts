/** How fast the line really moves, how long it will take, and when to look again: pure functions of what was seen. Times in ms. */
export type Seen = { at: number; serving: number };

/** How far back the pace is measured. */
const WINDOW = 10 * 60_000;
/** A shorter time than this says nothing about the pace. */
const LEAST = 8_000;

/** What is remembered after another look. A pause is forgotten: it says nothing about the pace after it. */
export const remember = (seen: Seen[], now: Seen, moving: boolean): Seen[] =>
  moving ? [...seen.filter(({ at }) => at > now.at - WINDOW), now] : [now];

/** Visitors called a second: as seen, or as the sale promises until enough was seen. */
export const rate = (seen: Seen[], promised: number): number => {
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.at - first.at < LEAST) return promised;
  return (last.serving - first.serving) / ((last.at - first.at) / 1000);
};

/** The wait in ms until `number` is called; undefined while the line stands still. */
export const waitOf = (number: number, serving: number, pace: number): number | undefined => {
  const ahead = number - serving;
  if (ahead <= 0) return 0;
  return pace > 0 ? (ahead / pace) * 1000 : undefined;
};

/** After this many looks within an hour only those of the longest delay are left: 30 more at most, so never above 120. */
export const HOURLY = 85;

export type Looking = {
  /** ms until the turn or the opening, undefined when nobody can tell. */
  wait: number | undefined;
  /** ms since the line last moved. */
  still: number;
  hidden: boolean;
  /** Looks in the last hour. */
  spent: number;
};

/**
 * ms until the next look: a fifth of the wait, between 3 and 120 s. A hidden page, which nobody reads, looks after half of it.
 * A line that stands still is looked at less and less, down to every 45 s.
 */
export const nextLook = ({ wait, still, hidden, spent }: Looking): number => {
  const wanted = wait === undefined ? Math.min(45_000, still / 5) : wait / (hidden ? 2 : 5);
  const least = spent >= HOURLY ? 120_000 : 3_000;
  return Math.min(120_000, Math.max(least, wanted));
};
