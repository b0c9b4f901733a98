/**
 * What one visitor and one order use. tests/integration (ops/cost, queue/cost) count the write units and Redis commands. The rest is
 * measured on the local engines, or is a bound. KB are as sent, headers included.
 */
export const units = {
  /** A fifth of the wait that is left, between 3 and 120 s, as the pages poll. */
  poll: { least: 3, most: 120, part: 5, kilobytes: 0.7 },
  /** Commands with the call itself; milliseconds of the function. */
  join: { commands: 6, ms: 25 },
  claim: { commands: 9, ms: 25 },
  leave: { commands: 3, ms: 20 },
  /** Status calls that pass the edge while a sale runs, one script each: about one a second for each event, counted as two. */
  status: { perSecond: 2, commands: 6, ms: 20 },
  order: {
    hold: { wru: 8, ms: 40 },
    pay: { ms: 20 },
    settle: { wru: 12, ms: 50, messages: 3 },
    mail: { wru: 5, rru: 6, ms: 300, kilobytes: 40 },
    /** Because its event is cancelled: the refund of two seats, a page of ten orders, the e-mail. */
    refund: { wru: 20, rru: 8, pageMs: 1_000, mailKilobytes: 6 },
    reads: { requests: 6, rru: 3, ms: 15 },
    /** A buyer's reads while choosing: availability and seats from the edge. */
    browsing: { requests: 40, kilobytes: 120 },
  },
  /** Opening the pages once. */
  pages: { requests: 12, kilobytes: 260 },
  account: { wru: 4, ms: 120 },
  /** Log lines of one invocation, its metric line, Lambda's own three, and the access log's. */
  log: { kilobytes: 1.6 },
  /** The share of requests that X-Ray's default rule traces. */
  traced: 0.05,
} as const;

/** The number of polls of a visitor who waits this many seconds. */
export const polls = (wait: number): number => {
  const { least, most, part } = units.poll;
  let count = 1; // the first poll
  for (let left = wait; left > 0; count++) left -= Math.min(most, Math.max(least, left / part));
  return count;
};
