/** Faults of the payment gateway: a proxy in front of the sandbox, which also sends webhooks as a faulty gateway would. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Payment } from "#local/sandbox/ledger.ts";
import { type Delivery, message, signature } from "#local/sandbox/webhooks.ts";
import type { Board } from "./board.ts";
import { type Answer, type Forward, type Request, startProxy } from "./proxy.ts";

export type GatewayOptions = {
  url: string;
  /** The key that signs webhooks. */
  webhookKey: string;
  /** Sends a webhook to the shop. */
  deliver: (delivery: Delivery) => Promise<unknown>;
};

const WEBHOOKS = ["webhook.early", "webhook.late", "webhook.twice", "webhook.forged"] as const;

/** The calls about an existing payment. */
const CHANGE = /^\/payments\/[^/]+\/(capture|void|refunds)$/;

export const startGatewayFaults = async (board: Board, { url, webhookKey, deliver }: GatewayOptions) => {
  const underWay = new Set<Promise<unknown>>();

  const behind = (work: Promise<unknown>): void => {
    const done = work.catch(() => {}).finally(() => underWay.delete(done));
    underWay.add(done);
  };

  const tell = (payment: Payment, says: "authorised" | "declined", key = webhookKey): Promise<unknown> => {
    const body = message(payment, says);
    const headers = { "content-type": "application/json", "onsale-signature": signature(key, body) };
    return deliver({ body, headers });
  };

  /** The webhook about a payment that was just made, besides the answer. */
  const gossip = async ({ body }: Answer): Promise<void> => {
    if (!WEBHOOKS.some(board.isOn)) return;
    const payment = JSON.parse(body) as Payment;
    if (board.strikes("webhook.forged")) await tell(payment, "authorised", "not the shop's key");
    const decided = payment.status === "declined" ? "declined" : "authorised";
    if (payment.status === "pending") return;
    if (board.strikes("webhook.early")) await tell(payment, decided);
    if (board.strikes("webhook.twice")) behind(Promise.all([tell(payment, decided), tell(payment, decided)]));
    if (board.strikes("webhook.late"))
      behind(sleep(board.time("webhook.late", 200)).then(() => tell(payment, decided)));
  };

  const meet = async ({ method, path }: Request, forward: Forward): Promise<Answer | undefined> => {
    if (board.strikes("gateway.slow")) await sleep(board.time("gateway.slow", 100));
    if (board.strikes("gateway.dead")) return undefined;
    if (board.strikes("gateway.failing")) return { status: 503, body: '{"error":{"code":"unavailable"}}' };
    if (method === "POST" && CHANGE.test(path) && board.strikes("gateway.refusing"))
      return { status: 409, body: '{"error":{"code":"impossible"}}' };
    const [answer] = await Promise.all([forward(), ...(board.strikes("gateway.twice") ? [forward()] : [])]);
    if (method === "POST" && path.endsWith("/authorise") && answer.status === 200) await gossip(answer);
    return board.strikes("gateway.silent") ? undefined : answer;
  };

  const proxy = await startProxy(url, meet);
  return {
    ...proxy,
    /** Resolves once every pending webhook has arrived. */
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
