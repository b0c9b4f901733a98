/** Sends signed webhooks about payments to the shop, and repeats them until they are answered with 2xx or the delays are used up. */
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Payment } from "./ledger.ts";

export type Delivery = { body: string; headers: Record<string, string> };

export type Webhooks = {
  key: string;
  /** Sends a delivery to the shop and returns the status. */
  deliver: (delivery: Delivery) => Promise<number>;
  /** The pause before each further try, ms. */
  retries: number[];
};

export const post =
  (url: string) =>
  async ({ body, headers }: Delivery): Promise<number> => {
    const response = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.status;
  };

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. */
export const signature = (key: string, body: string, at = Date.now()): string => {
  const t = Math.floor(at / 1000);
  return `t=${t},v1=${createHmac("sha256", key).update(`${t}.${body}`).digest("hex")}`;
};

export const message = (payment: Payment, says: "authorised" | "declined"): string => {
  const { paymentId, reference, amount, currency } = payment;
  const status = says === "authorised" && payment.capture ? "captured" : says;
  const createdAt = new Date().toISOString();
  return JSON.stringify({ type: `payment.${says}`, paymentId, reference, status, amount, currency, createdAt });
};

/** Resolves when the shop has answered 2xx or all tries failed. Each try has a new signature, because signatures expire. */
export const tell = async (hooks: Webhooks, body: string, stopped: AbortSignal, key = hooks.key): Promise<void> => {
  for (const wait of [0, ...hooks.retries]) {
    await sleep(wait, undefined, { signal: stopped }).catch(() => {});
    if (stopped.aborted) return;
    const headers = { "content-type": "application/json", "onsale-signature": signature(key, body) };
    const status = await hooks.deliver({ body, headers }).catch(() => 0); // unreachable: try again
    if (status >= 200 && status < 300) return;
  }
};
