/**
 * The server's clock. Every stamp that an answer carries (`asOf`, `Date`) was made before the answer arrived, so it bounds the
 * offset from below; the greatest bound is the best one.
 */
let offset = Number.NEGATIVE_INFINITY;

/** Takes a stamp of the server (epoch ms) that has just arrived. If the computer's clock was changed, the estimate starts again. */
export const heard = (stamp: number, at = Date.now()): void => {
  if (!Number.isFinite(stamp)) return;
  const bound = stamp - at;
  if (bound > offset || offset - bound > 10_000) offset = bound;
};

/** The server's time as well as we know it, epoch ms. */
export const serverNow = (): number => Date.now() + (Number.isFinite(offset) ? offset : 0);
