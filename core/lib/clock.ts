/** The only reader of the wall clock. Everything that decides takes `now` (epoch milliseconds) as an argument. */

export const now = (): number => Date.now();

/** ms on a clock that nobody sets: for how long something has taken, whatever becomes of the time of day meanwhile. */
export const ticks = (): number => performance.now();

/** ISO 8601 UTC, as the API writes times. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** Epoch milliseconds of an ISO 8601 time that a schema has already accepted. */
export const ms = (iso: string): number => Date.parse(iso);

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
