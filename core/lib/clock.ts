/** The only file that reads the wall clock. All decisions take `now` (epoch ms) as an argument. */

export const now = (): number => Date.now();

/** Monotonic ms: measures durations, also if the wall clock is set meanwhile. */
export const ticks = (): number => performance.now();

/** ISO 8601 UTC, as the API writes times. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** Epoch ms of an ISO 8601 time that a schema has already accepted. */
export const ms = (iso: string): number => Date.parse(iso);

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
