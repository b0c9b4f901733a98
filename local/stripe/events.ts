/** Events, and their delivery as signed webhooks, which are tried again until they are answered with 2xx. */
import { setTimeout as sleep } from "node:timers/promises";
import type Stripe from "stripe";
import { type Delivery, signature } from "#local/sandbox/webhooks.ts";
import type { Card } from "./cards.ts";
import { type Event, event } from "./objects.ts";
import type { Store } from "./store.ts";

export type Endpoint = {
  /** `whsec_…` */
  secret: string;
  /** Hands a delivery to the shop; answers the status. */
  deliver: (delivery: Delivery) => Promise<number>;
  /** ms to wait before each further try. */
  retries: number[];
};

/** Signatures older than five minutes are refused by the SDK. */
const staleMs = 10 * 60_000;

export const make = (
  store: Store,
  now: () => number,
  endpoint: Endpoint | undefined,
  lateMs: number,
  stopped: AbortSignal,
) => {
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped }).catch(() => {});

  /** Each try is signed anew. The time is the machine's and not the emulator's: the receiver compares it with its own clock. */
  const send = async (sent: Event, { secret, retries, deliver }: Endpoint, ageMs = 0): Promise<void> => {
    const body = JSON.stringify(sent, null, 2);
    for (const wait of [0, ...retries]) {
      if (wait) await pause(wait);
      if (stopped.aborted) return;
      const v1 = signature(secret, body, Date.now() - ageMs);
      const headers = {
        "content-type": "application/json; charset=utf-8",
        // v0 is what Stripe adds in test mode; receivers ignore it
        "stripe-signature": `${v1},v0=${"0".repeat(64)}`,
      };
      const status = await deliver({ body, headers }).catch(() => 0); // no connection is a reason to try again
      if (status >= 200 && status < 300) return;
    }
  };

  const forge = (truth: Event, to: Endpoint) => {
    const paid = { ...truth.data.object, status: "succeeded" };
    const forgery = { ...truth, type: "payment_intent.succeeded" as const, data: { object: paid } };
    return send(forgery, { ...to, secret: "whsec_of_somebody_else", retries: [] });
  };

  const deliver = async (sent: Event, manner: Card["webhooks"], to: Endpoint) => {
    if (manner === "late") await pause(lateMs);
    if (manner === "forged") await forge(sent, to);
    await send(sent, { ...to, ...(manner === "stale" && { retries: [] }) }, manner === "stale" ? staleMs : 0);
    if (manner === "twice") await send(sent, to);
  };

  /** Records the event with the object as it is now. Resolves at once, so that the answer goes out first; `early`: once it was delivered. */
  return async (type: Stripe.Event.Type, object: object, manner: Card["webhooks"]): Promise<void> => {
    const sent = event(now(), type, object);
    store.put("event", sent.id, sent);
    if (!endpoint) return;
    if (manner === "early") return deliver(sent, manner, endpoint);
    setImmediate(() => deliver(sent, manner, endpoint));
  };
};

export type Emit = ReturnType<typeof make>;
