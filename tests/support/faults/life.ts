/**
 * The lives of invocations: one may end, or sleep, at its nth call to the outside. What is over reaches nothing any more, though its
 * code runs on in this process.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import Stripe from "stripe";
import { db } from "#core/lib/dynamo.ts";
import { redis } from "#core/lib/redis.ts";
import { ses } from "#core/lib/ses.ts";
import { sqs } from "#core/lib/sqs.ts";

export class Killed extends Error {
  override name = "Killed";
  /** Its effect came when the invocation was over: whoever tried again meanwhile did not see it. */
  late = false;
}

export type End =
  /** Before the call goes out, or after it has had its effect. */
  | { how: "killed"; when: "before" | "after" }
  /** The call is on its way: its effect comes `ms` after everything is over. */
  | { how: "timeout"; ms: number }
  /** Asleep for `ms`; then `wake` is called, for what a sleep does to connections. */
  | { how: "frozen"; ms: number; wake: () => void };

type Life = { calls: number; nth: number; end: End; over: boolean; ended: (reason: Killed) => void };

const lives = new AsyncLocalStorage<Life>();

const finish = (life: Life): Killed => {
  life.over = true;
  const reason = new Killed(`The invocation was over at its call ${life.nth}.`);
  life.ended(reason);
  return reason;
};

/** One call to the outside. */
const through = async <T>(call: () => Promise<T>): Promise<T> => {
  const life = lives.getStore();
  if (!life) return call();
  if (life.over) throw new Killed();
  if (++life.calls !== life.nth) return alive(life, await call());
  const { end } = life;
  if (end.how === "frozen") {
    await sleep(end.ms);
    end.wake();
    return call();
  }
  if (end.how === "killed" && end.when === "before") throw finish(life);
  if (end.how === "timeout") {
    finish(life);
    await sleep(end.ms);
  }
  await call().catch(() => {});
  throw Object.assign(finish(life), { late: end.how === "timeout" });
};

const alive = <T>(life: Life, answer: T): T => {
  if (life.over) throw new Killed();
  return answer;
};

/**
 * Runs work as one life that ends so at its nth call to the outside; rejects with `Killed` at that moment, whatever the work makes of
 * it. What it answers if it never came to that call is its own.
 */
export const live = async <T>(nth: number, end: End, work: () => Promise<T>): Promise<T> => {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {});
  const life: Life = { calls: 0, nth, end, over: false, ended: reject };
  const working = lives.run(life, work);
  working.catch(() => {});
  // the killed are waited for, so that nothing of them is left; what is too late is not
  if (end.how === "timeout") return Promise.race([working, ended]);
  const result = await working.catch((error) => (life.over ? undefined : Promise.reject(error)));
  return life.over ? ended : (result as T);
};

// biome-ignore lint/suspicious/noExplicitAny: whichever command.
type Any = any;
let attached = false;

/** Once a process: every client's calls are counted from now on. */
export const attach = (): void => {
  if (attached) return;
  attached = true;
  const step = { step: "initialize", priority: "high", name: "life", override: true } as const;
  const middleware = (next: Any) => (args: Any) => through(() => next(args));
  for (const client of [db(), sqs(), ses()]) (client.middlewareStack as Any).add(middleware, step);
  const { fetch } = globalThis; // the sandbox's client has no other seam
  globalThis.fetch = (...args) => through(() => fetch(...args));
  const stripe = Object.getPrototypeOf(Stripe.createNodeHttpClient());
  const { makeRequest } = stripe;
  stripe.makeRequest = function (...args: Any[]) {
    return through(() => makeRequest.apply(this, args));
  };
  const requester = (redis() as unknown as { client: { request: (...args: Any[]) => Promise<Any> } }).client;
  const { request } = requester;
  requester.request = (...args) => through(() => request(...args));
};
