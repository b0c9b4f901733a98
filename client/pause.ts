/** Waiting between two calls. */
import { passing } from "./problem.ts";

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats a call while there is no answer, at most `retries` times. A write needs an idempotency key: it makes the repetitions one write. */
export const untilAnswered = async <T>(call: () => Promise<T>, retries = 3): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!passing(error) || tries >= retries) throw error;
      // jitter: clients that were refused together do not come back together
      await sleep(Math.min(6_000, 500 * 2 ** tries) * (0.7 + Math.random() * 0.6));
    }
  }
};
