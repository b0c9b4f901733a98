/** Payments that the gateway never answered: the one thing that needs a clock. */
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import type { Outcome } from "./attempt.ts";
import { abandon, close, conclude, lookUp } from "./card.ts";
import { referenceOf } from "./message.ts";
import { refundCard } from "./refund.ts";
import { undo } from "./undo.ts";

/** ms during which an attempt is the worker's alone. */
const WORKING = 90_000;
/** ms after which an attempt that the gateway does not know, or cannot decide, is closed: all the worker's tries are over then. */
const WINDOW = 10 * 60_000;
/** Orders looked at at the same time. */
const AT_ONCE = 10;

type Key = { userId: string; orderId: string };

/**
 * Brings every order that waits for the gateway as far as the gateway lets it. Several runs at once are harmless. An order that
 * fails is logged, left for the next run, and holds up no other. Ends early at `until` (epoch ms); `tell` hears of each order with
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
export const outlook = async ({ now, tell }: { now: number; tell: (key: Key, would: string) => void }) => {
  let found = 0;
  const look = async (key: Key) => {
    const order = await Order.find(key);
    tell(key, order ? await foresee(order, now) : "nothing: it is gone");
    return true;
  };
  for await (const _ of each(() => false, look)) found++;
  return found;
};

/** What `work` makes of every open order, a few at the same time. */
async function* each<T>(until: () => boolean, work: (key: Key) => Promise<T>) {
  for (const open of ["refunding", "paying"] as const) {
    for await (const keys of Order.open(open)) {
      for (let at = 0; at < keys.length && !until(); at += AT_ONCE)
        yield* await Promise.all(keys.slice(at, at + AT_ONCE).map(work));
      if (until()) break;
    }
  }
}

/** Undefined where there is nothing to do yet. */
const attempt = async (key: Key, now: number): Promise<string | undefined> => {
  try {
    const order = await Order.find(key);
    const result = order && (await bring(order, now));
    if (!result) return undefined;
    count("Reconciled");
    logger.info("reconcile", { operation: "reconcile", orderId: key.orderId, outcome: result.outcome });
    return result.outcome;
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

/** `wait`: it is the worker's, or it is nobody's any more. */
type Step = "refund" | "ask" | "close" | "wait";

const stepOf = (order: Order.Order, age: number): Step => {
  if (order.status === "refunding") return "refund";
  if (order.open !== "paying" || age < WORKING) return "wait";
  return order.status === "paying" ? "ask" : "close";
};

const ageOf = ({ attempts, attemptId = "" }: Order.Order, now: number) => now - (attempts[attemptId]?.since ?? 0);

const bring = async (order: Order.Order, now: number): Promise<Outcome | undefined> => {
  const { attemptId = "" } = order;
  const age = ageOf(order, now);
  const step = stepOf(order, age);
  if (step === "refund") return refundCard(order);
  if (step === "close") return close(order, attemptId, now);
  return step === "ask" ? ask(order, attemptId, age, now) : undefined;
};

const foresee = async (order: Order.Order, now: number): Promise<string> => {
  const age = ageOf(order, now);
  const step = stepOf(order, age);
  const known = step === "wait" ? undefined : await lookUp(order, order.attemptId ?? "");
  const says = known ? `the gateway says ${known.status}` : "the gateway knows nothing of it";
  switch (step) {
    case "refund":
      return `refund it: ${says}`;
    case "close":
      return `finish it at the gateway: ${says}`;
    case "ask":
      if (known && known.status !== "pending") return `conclude it: ${says}`;
      return age > WINDOW ? `give the payment up: ${says}` : `wait: ${says}`;
    case "wait":
      return "wait: the worker is on it";
  }
};

const ask = async (order: Order.Order, attemptId: string, age: number, now: number): Promise<Outcome | undefined> => {
  const payment = await lookUp(order, attemptId);
  const undecided = !payment || payment.status === "pending";
  if (!undecided) return conclude({ order, attemptId, payment, now });
  if (age <= WINDOW) return undefined;
  const voided = payment && (await undo(payment, `${referenceOf(order, attemptId)}:undo`));
  if (voided && voided.status !== "pending") return conclude({ order, attemptId, payment: voided, now });
  await abandon(order, attemptId, now); // should the gateway say yes after all, its webhook finds the attempt closed, and it is undone
  return { outcome: "abandoned" };
};
