/** Payments that the gateway never answered: the one thing that needs a clock. */
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import { advance, ask } from "./card.ts";
import { decide, type Waiting } from "./decide.ts";

/** ms during which an attempt is the worker's alone. */
const workerOnlyMs = 90_000;
/** ms after which a debt is a person's to look at: the gateway is dead, refuses, or has lost the payment. */
const oldMs = 60 * 60_000;
/** ms that a refund may be on its way: a bank takes its time. */
const returningMs = 24 * 60 * 60_000;
/** Outcomes that moved nothing: the next run looks again. */
const waiting: ReadonlySet<string> = new Set<Waiting>(["pending", "silent", "returning", "refused"]);
/** Orders looked at at the same time. */
const parallelOrders = 10;

type Key = { userId: string; orderId: string };

/**
 * Brings every order that waits for the gateway as far as the gateway lets it. Several runs at once are harmless. An order that
 * fails is logged, left for the next run, and holds up no other. Ends early when `until()` is true; `tell` hears of each order with
 * what became of it. Answers how many moved.
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

/** What a run would do with each order that waits for the gateway; it reads, and changes nothing anywhere. */
export const plan = async ({ now, tell }: { now: number; tell: (key: Key, would: string) => void }) => {
  let found = 0;
  const look = async (key: Key) => {
    const order = await Order.find(key);
    tell(key, order ? await firstSteps(order, now) : "nothing: it is gone");
    return true;
  };
  for await (const _ of each(() => false, look)) found++;
  return found;
};

/** What `work` makes of every open order, a few at the same time. */
async function* each<T>(until: () => boolean, work: (key: Key) => Promise<T>) {
  // buyers who wait come before money that goes back
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

/** Undefined where there is nothing to do yet. */
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

/** What is owed of an order and is no worker's at the moment. */
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

/** What becomes of one debt. It is counted as old where it is still there, also because the look failed. */
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

/** What `bring` would begin with, in words. */
const firstSteps = async (order: Order.Order, now: number): Promise<string> => {
  const attempts = due(order, now);
  if (attempts.length === 0) return "wait: the worker is on it";
  const steps = attempts.map(async (attemptId) => {
    const known = await ask({ order, attemptId, now });
    const says = typeof known === "object" ? `says ${known.status}` : SAYS[known ?? "silent"];
    const step = decide(order, attemptId, known, now);
    return `${step.do}${"reason" in step ? ` as ${step.reason}` : ""}: the gateway ${says}`;
  });
  return (await Promise.all(steps)).join("; ");
};

const SAYS = { none: "knows nothing of it", silent: "does not answer" };
