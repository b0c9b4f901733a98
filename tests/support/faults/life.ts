/**
 * Invocations that end or freeze at a named step, or at their nth outside call. After that, none of their calls has an effect, although
 * their code still runs in this process.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import Stripe from "stripe";
import { type PaymentProvider, provider, providers } from "#core/gateway/index.ts";
import { db } from "#core/lib/dynamo.ts";
import { redis } from "#core/lib/redis.ts";
import { ses } from "#core/lib/ses.ts";
import { sqs } from "#core/lib/sqs.ts";

export class Killed extends Error {
  override name = "Killed";
  /** Its effect came after the invocation's end, so a retry in between did not see it. */
  late = false;
}

export type End =
  /** Before the call is sent, or after its effect. */
  | { how: "killed"; when: "before" | "after" }
  /** The call is delayed: its effect comes `ms` after the invocation's end. */
  | { how: "timeout"; ms: number }
  /** Frozen for `ms`; then `wake` is called, which closes its connections. */
  | { how: "frozen"; ms: number; wake: () => void };

/** Members of a provider that send no request. */
const unsent = ["name", "refusal", "form", "window", "webhook", "webhookStatus"] as const;
type Method = Exclude<keyof PaymentProvider, (typeof unsent)[number]>;

/**
 * A worker's steps, by names that do not depend on the number of earlier calls: it calls a provider, writes an order's new state, or sends
 * a message.
 */
export type Step =
  | `gateway ${Method}`
  | `order ${"paying" | "confirmed" | "released" | "refunding" | "refunded"}`
  | "message sent"
  | "mail sent"
  | "event cancelled"
  | "pass noted"
  | "buyer informed";

/** Steps that write no order, by a part of their update. */
const updates: [part: string, step: Step][] = [
  ["cancelled = :cancelled", "event cancelled"],
  ["cancelled.pass = ", "pass noted"],
  ["informed = ", "buyer informed"],
];

/** A step, or the number of a call for tests that try all calls. */
export type At = Step | number;

type Life = { calls: number; at: At | undefined; end: End; over: boolean; ended: (reason: Killed) => void };

const lives = new AsyncLocalStorage<Life>();

const finish = (life: Life): Killed => {
  life.over = true;
  const reason = new Killed(`The invocation was over at ${life.at}.`);
  life.ended(reason);
  return reason;
};

/** One outside call, which may be a step. */
const through = async <T>(call: () => Promise<T>, step?: Step): Promise<T> => {
  const life = lives.getStore();
  if (!life) return call();
  if (life.over) throw new Killed();
  life.calls++;
  return life.at === life.calls || (step !== undefined && life.at === step)
    ? end(life, call)
    : alive(life, await call());
};

/** A step of several calls, which is not counted as a call itself. */
const within = async <T>(step: Step, calls: () => Promise<T>): Promise<T> => {
  const life = lives.getStore();
  if (life?.over) throw new Killed();
  return life?.at === step ? end(life, calls) : calls();
};

/** The outcome of the call at which an invocation ends. */
const end = async <T>(life: Life, call: () => Promise<T>): Promise<T> => {
  const { end } = life;
  if (end.how === "frozen") {
    life.at = undefined;
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
 * Runs work as one invocation that ends at a step or call; rejects with `Killed` at that moment. If the work never gets there, its own
 * result is returned.
 */
export const live = async <T>(at: At, end: End, work: () => Promise<T>): Promise<T> => {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {});
  const life: Life = { calls: 0, at, end, over: false, ended: reject };
  const working = lives.run(life, work);
  working.catch(() => {});
  // waits for killed work, so that none of it is left; late work is not awaited
  if (end.how === "timeout") return Promise.race([working, ended]);
  const result = await working.catch((error) => (life.over ? undefined : Promise.reject(error)));
  return life.over ? ended : (result as T);
};

// biome-ignore lint/suspicious/noExplicitAny: whichever command.
type Any = any;
let attached = false;

/** The step of a command: the new status of an order, a message, an e-mail … */
const stepOf = (command: string, { input }: { input: Any }): Step | undefined => {
  if (command === "SendMessageCommand") return "message sent";
  if (command === "SendEmailCommand") return "mail sent";
  for (const { UpdateExpression = "", ExpressionAttributeValues: values } of [
    input,
    ...(input.TransactItems ?? []).map(({ Update = {} }: Any) => Update),
  ]) {
    const [, status] = /#status = (:\w+)/.exec(UpdateExpression) ?? [];
    if (status) return `order ${values[status]}` as Step;
    const [, step] = updates.find(([part]) => UpdateExpression.includes(part)) ?? [];
    if (step) return step;
  }
  return undefined;
};

/** Once in a process: counts every client's calls from now on. */
export const attach = (): void => {
  if (attached) return;
  attached = true;
  const step = { step: "initialize", priority: "high", name: "life", override: true } as const;
  const middleware =
    (next: Any, { commandName }: Any) =>
    (args: Any) =>
      through(() => next(args), stepOf(commandName, args));
  for (const client of [db(), sqs(), ses()]) (client.middlewareStack as Any).add(middleware, step);
  const { fetch } = globalThis; // the sandbox's client has no other hook
  globalThis.fetch = (...args) => through(() => fetch(...args));
  const stripe = Object.getPrototypeOf(Stripe.createNodeHttpClient());
  const { makeRequest } = stripe;
  stripe.makeRequest = function (...args: Any[]) {
    return through(() => makeRequest.apply(this, args));
  };
  const requester = (redis() as unknown as { client: { request: (...args: Any[]) => Promise<Any> } }).client;
  const { request } = requester;
  requester.request = (...args) => through(() => request(...args));
  for (const gateway of providers.map(provider) as Any[])
    for (const method of Object.keys(gateway).filter((key) => !(unsent as readonly string[]).includes(key))) {
      const asked = gateway[method];
      gateway[method] = (...args: Any[]) => within(`gateway ${method}` as Step, () => asked.apply(gateway, args));
    }
};
