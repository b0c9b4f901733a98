/** The sandbox gateway's HTTP API. */
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import { lazy } from "#core/lib/schemas.ts";
import { GatewayRefused, GatewaySilent, type PaymentProvider } from "./provider.ts";
import { sandboxWebhook } from "./sandbox-webhook.ts";

/** ms for one call. Two tries and the rest of a settlement fit into the worker's 10 s. */
const gatewayTimeoutMs = 2_000;
const maxAttempts = 2;

const Payment = lazy(() =>
  z.object({
    paymentId: z.string(),
    reference: z.string(),
    status: z.enum([
      "prepared",
      "authorised",
      "captured",
      "declined",
      "pending",
      "voided",
      "refunded",
      "partially_refunded",
    ]),
    amount: z.int(),
    currency: z.string(),
    refunded: z.int(),
    reason: z.optional(z.string()),
  }),
);

type Request = { path: string; key?: string; body?: unknown };

const once = async ({ path, key, body }: Request): Promise<unknown> => {
  const gateway = link("Gateway");
  const response = await fetch(`${gateway.url}${path}`, {
    method: key === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${gateway.key}`,
      "content-type": "application/json",
      ...(key !== undefined && { "idempotency-key": key }),
    },
    ...(key !== undefined && { body: JSON.stringify(body ?? {}) }),
    signal: AbortSignal.timeout(gatewayTimeoutMs),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  if (response.status === 409) throw GatewayRefused(`${path}: ${text.slice(0, 200)}`);
  throw GatewaySilent(`${path}: ${response.status} ${text.slice(0, 200)}`);
};

/** If an answer is lost, the request is sent again with the same key, and is the same change. If the outcome stays unknown, the caller tries again later. */
const send = async (request: Request): Promise<unknown> => {
  for (let tries = 1; ; tries++) {
    try {
      return await once(request);
    } catch (error) {
      if (GatewayRefused.is(error)) throw error;
      if (tries < maxAttempts) continue;
      throw GatewaySilent.is(error) ? error : GatewaySilent(`${request.path}: ${(error as Error).name}`);
    }
  }
};

/** The gateway's answer. If it does not match the schema, the outcome is unknown. */
const answer = async <T extends z.core.$ZodType>(schema: T, request: Request): Promise<z.output<T>> => {
  const { data, error } = z.safeParse(schema, await send(request));
  if (error) throw GatewaySilent(`${request.path}: its answer does not match the schema`);
  return data as z.output<T>;
};

const payment = (request: Request) => answer(Payment, request);
const at = (paymentId: string, verb = "") => `/payments/${encodeURIComponent(paymentId)}${verb}`;

export const sandbox: PaymentProvider = {
  name: "sandbox",
  prepare: ({ key, token: _token, ...body }) => payment({ path: "/payments", key, body }),
  authorise: ({ paymentId, token, key }) =>
    payment({ path: at(paymentId, "/authorise"), key, body: { token } }).catch((error) => {
      if (GatewayRefused.is(error)) return payment({ path: at(paymentId) }); // its card was asked already
      throw error;
    }),
  capture: ({ paymentId, key }) => payment({ path: at(paymentId, "/capture"), key }),
  void: ({ paymentId, key }) => payment({ path: at(paymentId, "/void"), key }),
  refund: ({ paymentId, amount, key }) => payment({ path: at(paymentId, "/refunds"), key, body: { amount } }),
  get: (paymentId) => payment({ path: at(paymentId) }),
  find: async (reference) => {
    const path = `/payments?reference=${encodeURIComponent(reference)}`;
    return (await answer(z.object({ items: z.array(Payment) }), { path })).items;
  },
  refusal: () => undefined,
  form: () => ({ provider: "sandbox" }),
  window: () => undefined,
  webhook: sandboxWebhook,
  webhookStatus: 202,
  disputed: async () => false,
};
