/** A scalper's core: answers challenges one by one, and counts the CPU that they cost. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export type Solver = {
  solve: (token: string, difficulty: number) => Promise<string>;
  /** ms of CPU so far. */
  spent: () => number;
  stop: () => Promise<unknown>;
};

export const solver = (): Solver => {
  const thread = new Worker(new URL("./thread.ts", import.meta.url));
  let last: Promise<unknown> = Promise.resolve();
  let spent = 0;
  const one = async (token: string, difficulty: number): Promise<string> => {
    thread.postMessage({ token, difficulty });
    const [{ answer, ms }] = await once(thread, "message");
    spent += ms;
    return answer;
  };
  return {
    solve: (token, difficulty) => {
      const next = last.then(() => one(token, difficulty));
      last = next.catch(() => {});
      return next;
    },
    spent: () => spent,
    stop: () => thread.terminate(),
  };
};
