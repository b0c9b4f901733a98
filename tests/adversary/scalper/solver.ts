/** A scalper's core: solves challenges one by one, and counts the CPU time. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Challenge, Solve } from "#client/buyer.ts";

export type Solver = {
  solve: Solve;
  /** ms of CPU so far. */
  spent: () => number;
  stop: () => Promise<unknown>;
};

export const solver = (): Solver => {
  const thread = new Worker(new URL("./thread.ts", import.meta.url));
  let last: Promise<unknown> = Promise.resolve();
  let spent = 0;
  const one = async ({ token, difficulty }: Challenge): Promise<string> => {
    thread.postMessage({ token, difficulty });
    const [{ answer, ms }] = await once(thread, "message");
    spent += ms;
    return answer;
  };
  return {
    solve: (challenge) => {
      const next = last.then(() => one(challenge));
      last = next.catch(() => {});
      return next;
    },
    spent: () => spent,
    stop: () => thread.terminate(),
  };
};
