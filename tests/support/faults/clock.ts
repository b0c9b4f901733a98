/** Wrong clocks: work within `skewed` reads another time than the rest of the process. */
import { AsyncLocalStorage } from "node:async_hooks";

const skews = new AsyncLocalStorage<number>();
const wrapped = new WeakSet<() => number>();

/** The process's present clock, real or a test's. */
const wrap = (): void => {
  const { now } = Date;
  if (wrapped.has(now)) return;
  Date.now = () => now.call(Date) + (skews.getStore() ?? 0);
  wrapped.add(Date.now);
};

/** Runs work whose clock is `ms` ahead, added to an existing difference. */
export const skewed = <T>(ms: number, work: () => Promise<T>): Promise<T> => {
  wrap();
  return skews.run((skews.getStore() ?? 0) + ms, work);
};
