/** Finishes the payments that the gateway has not answered. It runs by a schedule. */
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import { advance, ask } from "./card.ts";
import { decide, type Waiting } from "./decide.ts";

/** ms during which only the worker handles an attempt. */
const workerOnlyMs = 90_000;
/** ms after which a person has to look at a debt: the gateway does not work, refuses, or has lost the payment. */
const oldMs = 60 * 60_000;
/** ms that a refund may be on its way: a bank may take a day. */
const returningMs = 24 * 60 * 60_000;
/** Outcomes that changed nothing: the next run looks again. */
const waiting: ReadonlySet<string> = new Set<Waiting>(["pending", "silent", "returning", "refused"]);
/** Orders that are handled at the same time. */
const parallelOrders = 10;

type Key = { userId: string; orderId: string };

/**
 * Brings every order that waits for the gateway as far as the gateway allows. Several runs at the same time do no harm. An order that
 * fails is logged and left for the next run, and the others go on. Ends early when `until()` is true. `tell` is called with each order
 * and its outcome. Answers the number of orders that changed.
 */
export const reconcile = async (run: {
  now: number;
  until: () => boolean;
  tell?: (key: Key, outcome: string) => void;
}): Promise<number> => {
  const { now, until, tell } = run;
  let moved = 0;
  for await (const key of each(until, async (key) => {
    const outcome = await attempt(key, now);
    tell?.(key, outcome ?? "waits");
    return outcome !== undefined && outcome !== "failed";
  }))
    if (key) moved++;
  return moved;
};

/** What a run would do with each order that waits for the gateway. It only reads. */
export const plan = async ({ now, tell }: { now: number; tell: (key: Key, would: string) => void }) => {
  let found = 0;
  const look = async (key: Key) => {
    const order = await Order.find(key);
    tell(key, order ? await firstSteps(order, now) : "nothing: the order does not exist any more");
    return true;
  };
  for await (const _ of each(() => false, look)) found++;
  return found;
};

/** The result of `work` for every open order, `parallelOrders` at the same time. */
async function* each<T>(until: () => boolean, work: (key: Key) => Promise<T>) {
  // Buyers who wait come first, and refunds last.
  for (const open of ["paying", "owing", "refunding"] as const) {
    let keys: Key[] = [];
    for await (const key of Order.open(open)) {
      if (until()) return;
      keys.push(key);
      if (keys.length < parallelOrders) continue;
      yield* await Promise.all(keys.map(work));
      keys = [];
    }
    if (!until()) yield* await Promise.all(keys.map(work));
  }
}

/** Undefined if there is nothing to do yet. */
const attempt = async (key: Key, now: number): Promise<string | undefined> => {
  try {
    const order = await Order.find(key);
    const outcome = order && (await bring(order, now));
    if (!outcome) return undefined;
    count("Reconciled");
    logger.info("reconcile", { operation: "reconcile", orderId: key.orderId, outcome });
    return outcome;
  } catch (error) {
    logger.error("reconcile", {
      operation: "reconcile",
      orderId: key.orderId,
      outcome: "failed",
      error: error as Error,
    });
    return "failed";
  }
};

/** The attempts of an order that owe something and that no worker handles at the moment. */
const due = ({ owed = {}, status }: Order.Order, now: number): string[] =>
  Object.keys(owed).filter((attemptId) => status === "refunding" || now - (owed[attemptId] ?? 0) >= workerOnlyMs);

const bring = async (given: Order.Order, now: number): Promise<string | undefined> => {
  const outcomes: string[] = [];
  for (const attemptId of due(given, now)) {
    const order = await Order.find(given);
    if (!order) break;
    outcomes.push(await look(order, attemptId, now));
  }
  const moved = outcomes.filter((outcome) => !waiting.has(outcome));
  return moved.length > 0 ? moved.join(", ") : undefined;
};

/** The outcome of one debt. A debt that is still there is counted if it is old, also if the look failed. */
const look = async (order: Order.Order, attemptId: string, now: number): Promise<string> => {
  let outcome: string = "silent";
  try {
    ({ outcome } = await advance({ order, attemptId, now }));
    return outcome;
  } finally {
    const age = now - (order.owed?.[attemptId] ?? now);
    const { provider } = order.attempts[attemptId] ?? {};
    const facts = { operation: "reconcile", orderId: order.orderId, provider, status: order.status };
    if (waiting.has(outcome)) logger.info("reconcile", { ...facts, outcome, minutes: Math.floor(age / 60_000) });
    if (waiting.has(outcome) && age > (outcome === "returning" ? returningMs : oldMs)) count("DebtOld");
  }
};

/** The first step that `bring` would do for each attempt, in words. */
const firstSteps = async (order: Order.Order, now: number): Promise<string> => {
  const attempts = due(order, now);
  if (attempts.length === 0) return "wait: the worker handles it";
  const steps = attempts.map(async (attemptId) => {
    const known = await ask({ order, attemptId, now });
    const says = typeof known === "object" ? `says ${known.status}` : SAYS[known ?? "silent"];
    const step = decide(order, attemptId, known, now);
    return `${step.do}${"reason" in step ? ` as ${step.reason}` : ""}: the gateway ${says}`;
  });
  return (await Promise.all(steps)).join("; ");
};

const SAYS = { none: "has no such payment", silent: "does not answer" };
