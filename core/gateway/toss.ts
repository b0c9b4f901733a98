/**
 * Toss Payments: the payment window in the buyer's browser makes the payment, and we get its `paymentKey` as the card's token. The
 * payment takes nothing until we confirm it. A confirmation captures at once, and is possible for ten minutes. After that the payment
 * expires.
 * docs.tosspayments.com/reference, 2026-11-27.
 */
import * as z from "zod/mini";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { lazy } from "#core/lib/schemas.ts";
import {
  GatewayMisconfigured,
  type GatewayPayment,
  GatewayRefused,
  GatewaySilent,
  type PaymentProvider,
} from "./provider.ts";
import { tossRefusal } from "./toss-amount.ts";
import { keyFaults, refusals } from "./toss-codes.ts";
import { fromOrderId, toOrderId } from "./toss-reference.ts";
import { tossWebhook } from "./toss-webhook.ts";

/** ms for one call. Three calls fit into the worker's 10 s. */
const gatewayTimeoutMs = 2_500;
/** The most characters of a `cancelReason`. */
const maxReasonLength = 200;

const Payment = lazy(() =>
  z.object({
    paymentKey: z.string(),
    orderId: z.string(),
    status: z.string(),
    totalAmount: z.number(),
    balanceAmount: z.number(),
    currency: z.string(),
    failure: z.nullish(z.object({ code: z.string() })),
    cancels: z.nullish(
      z.array(z.object({ cancelAmount: z.number(), cancelReason: z.string(), cancelStatus: z.nullish(z.string()) })),
    ),
  }),
);
type Payment = z.infer<typeof Payment>;

const Fault = lazy(() => z.object({ code: z.string() }));

type Request = { path: string; key?: string; body?: object };

const send = async ({ path, key, body }: Request): Promise<unknown> => {
  const { secretKey, url = "https://api.tosspayments.com" } = link("Toss");
  const response = await fetch(`${url}/v1/payments/${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      authorization: `Basic ${Buffer.from(`${secretKey}:`).toString("base64")}`,
      "content-type": "application/json",
      ...(key !== undefined && { "idempotency-key": key }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(gatewayTimeoutMs),
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const code = z.safeParse(Fault, answer).data?.code ?? "";
  if (keyFaults.has(code)) throw GatewayMisconfigured("toss", code);
  throw refusals.has(code) ? GatewayRefused(code) : GatewaySilent(`${response.status} ${code}`);
};

/** A payment as Toss has it. Without an answer, or with one that does not match the schema, the outcome is unknown. */
const ask = async (request: Request): Promise<Payment> => {
  const answer = await send(request).catch((error: Error) => {
    throw GatewayRefused.is(error) || GatewaySilent.is(error) ? error : GatewaySilent(error.name);
  });
  const { data } = z.safeParse(Payment, answer);
  if (!data) throw GatewaySilent("its answer does not match the schema");
  return data;
};

const at = async (paymentId: string): Promise<Payment> => {
  if (/^\.+$/.test(paymentId)) throw GatewayRefused("NOT_FOUND"); // dots would change the path
  return ask({ path: encodeURIComponent(paymentId) });
};

const STATUS: Record<string, GatewayPayment["status"]> = {
  READY: "prepared",
  IN_PROGRESS: "prepared",
  DONE: "captured",
  PARTIAL_CANCELED: "partially_refunded",
  CANCELED: "refunded",
  ABORTED: "declined",
  EXPIRED: "declined",
};

const sum = (cancels: Payment["cancels"], ...of: string[]): number =>
  (cancels ?? [])
    .filter(({ cancelStatus }) => of.includes(cancelStatus ?? "DONE"))
    .reduce((total, { cancelAmount }) => total + cancelAmount, 0);

const view = ({ paymentKey, orderId, status, totalAmount, currency, cancels, failure }: Payment): GatewayPayment => ({
  paymentId: paymentKey,
  reference: fromOrderId(orderId) ?? orderId,
  status: STATUS[status] ?? "pending", // an unknown status, or one that waits for a deposit, is not decided yet
  amount: totalAmount,
  currency,
  refunded: sum(cancels, "DONE"),
  returning: sum(cancels, "IN_PROGRESS"),
  ...(STATUS[status] === "declined" && { reason: failure?.code ?? status }),
});

/** If Toss does not find a payment that existed, the outcome is unknown: `GatewaySilent`. */
const get = async (paymentId: string): Promise<GatewayPayment> => {
  try {
    return view(await at(paymentId));
  } catch (error) {
    throw GatewayRefused.is(error) ? GatewaySilent((error as Error).message) : error;
  }
};

export const toss: PaymentProvider = {
  name: "toss",
  refusal: tossRefusal,
  form: () => ({ provider: "toss", clientKey: link("Settings").tossPublicKey ?? "" }),
  window: (reference) => {
    const { tossPublicKey: clientKey } = link("Settings");
    return clientKey ? { reference: toOrderId(reference), clientKey } : undefined;
  },
  webhook: tossWebhook,
  webhookStatus: 200,
  get,

  // The payment window has made it, perhaps for another user's order. Its own reference says for which.
  prepare: async ({ token }) => view(await at(token)),

  // Toss repeats its first answer to a key, also an error, for fifteen days. So the caller's key is a new one for each run. If another
  // worker has confirmed the payment meanwhile, or if it is over, its own status says so.
  authorise: async ({ paymentId, reference, amount, key }) => {
    try {
      const body = { paymentKey: paymentId, orderId: toOrderId(reference), amount };
      return view(await ask({ path: "confirm", key, body }));
    } catch (error) {
      if (!GatewayRefused.is(error)) throw error;
      const { message: reason } = error as Error;
      const payment = await get(paymentId);
      if (reason === "ALREADY_PROCESSED_PAYMENT") return payment;
      // Until Toss says that it is over, another worker's confirmation may still pass.
      if (payment.status === "prepared") return { ...payment, status: "declined", open: true, reason };
      return payment.status === "declined" ? { ...payment, reason } : payment;
    }
  },

  disputed: async () => false, // a payment at Toss does not show disputes

  // The confirmation has taken it.
  capture: ({ paymentId }) => get(paymentId),

  // A payment that is not confirmed cannot be voided: it expires.
  void: async () => {
    throw GatewayRefused("not confirmed");
  },

  // A refund with this name that exists already is not made again. Of two at the same time, `refundableAmount` lets one through, and the
  // key makes one. A later try has another key, because Toss would repeat an error.
  refund: async ({ paymentId, amount, key }) => {
    const { cancels, balanceAmount } = await at(paymentId);
    const cancelReason = key.slice(-maxReasonLength);
    if (!cancels?.some((cancel) => cancel.cancelReason === cancelReason && cancel.cancelStatus !== "ABORTED")) {
      if (amount > balanceAmount) throw GatewayRefused("NOT_CANCELABLE_AMOUNT");
      const body = { cancelReason, cancelAmount: amount, refundableAmount: balanceAmount };
      const minute = Math.floor(now() / 60_000);
      await ask({ path: `${encodeURIComponent(paymentId)}/cancel`, key: `${key}:${minute}`, body });
    }
    return get(paymentId);
  },

  find: async (reference) => {
    try {
      return [view(await ask({ path: `orders/${toOrderId(reference)}` }))];
    } catch (error) {
      if (GatewayRefused.is(error)) return [];
      throw error;
    }
  },
};
