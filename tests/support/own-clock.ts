/** A test file's own clock. */
import { afterEach, beforeEach, vi } from "vitest";

/** Each test begins at the present time, and `pass` moves the clock (ms). Only `Date` is replaced: timers run as usual. */
export const ownClock = () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  return { pass: (ms: number) => vi.setSystemTime(Date.now() + ms) };
};
