/** Events, and their delivery as signed webhooks, which are tried again until they are answered with 2xx. */
import { setTimeout as sleep } from "node:timers/promises";
import type Stripe from "stripe";
import { type Delivery, signature } from "#local/sandbox/webhooks.ts";
import type { Card } from "./cards.ts";
import { event } from "./objects.ts";

export type Endpoint = {
  /** `whsec_…` */
  secret: string;
  /** Sends a delivery to the shop and returns the status. */
  deliver: (delivery: Delivery) => Promise<number>;
  /** The pause before each further try, ms. */
  retries: number[];
};

export const make = (now: () => number, endpoint: Endpoint | undefined, stopped: AbortSignal) => {
  /** Each try is signed again. The time is the machine's and not the emulator's, because the receiver compares it with its own clock. */
  const send = async (type: Stripe.Event.Type, object: object): Promise<void> => {
    if (!endpoint) return;
    const body = JSON.stringify(event(now(), type, object), null, 2);
    for (const wait of [0, ...endpoint.retries]) {
      if (wait) await sleep(wait, undefined, { signal: stopped }).catch(() => {});
      if (stopped.aborted) return;
      const headers = {
        "content-type": "application/json; charset=utf-8",
        // v0 is what Stripe adds in test mode; receivers ignore it
        "stripe-signature": `${signature(endpoint.secret, body)},v0=${"0".repeat(64)}`,
      };
      const status = await endpoint.deliver({ body, headers }).catch(() => 0); // no connection: try again
      if (status >= 200 && status < 300) return;
    }
  };

  /** Sends an event with the object as it is now. Resolves at once, so that the answer goes first; with `early` after the delivery. */
  return async (type: Stripe.Event.Type, object: object, manner: Card["webhooks"]): Promise<void> => {
    if (manner === "early") return send(type, object);
    setImmediate(() => send(type, object));
  };
};

export type Emit = ReturnType<typeof make>;
