/**
 * Toss Payments: the buyer's own payment window makes the payment, and its `paymentKey` comes to us as the card's token. It takes
 * nothing until we confirm it, which captures at once and is possible for ten minutes; what is not confirmed expires.
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
import { fromOrderId, toOrderId } from "./toss-reference.ts";

/** ms for one call; three of them fit into the worker's 10 s. */
const gatewayTimeoutMs = 2_500;
/** Characters of a `cancelReason`. */
const maxReason = 200;

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

const words = (text: string) => new Set(text.split(/\s+/));

/**
 * Our keys, whatever the HTTP status. Not FORBIDDEN_REQUEST: Toss says that also of another shop's `paymentKey`, which a buyer may send.
 */
const keyFaults = words("UNAUTHORIZED_KEY INVALID_API_KEY INCORRECT_BASIC_AUTH_FORMAT");

/**
 * Codes by which a change was not made and never will be: of a confirmation, then of a cancellation. Toss says "temporary" with 400
 * and "card refused" with 403, so that the status says nothing. A code that is not here leaves the outcome open.
 */
const refusals = words(
  `ALREADY_PROCESSED_PAYMENT DUPLICATED_ORDER_ID NOT_FOUND NOT_FOUND_PAYMENT NOT_FOUND_PAYMENT_SESSION REJECT_CARD_PAYMENT REJECT_CARD_COMPANY
  REJECT_ACCOUNT_PAYMENT REJECT_TOSSPAY_INVALID_ACCOUNT INVALID_REJECT_CARD INVALID_CARD_EXPIRATION INVALID_STOPPED_CARD
  INVALID_CARD_LOST_OR_STOLEN INVALID_CARD_NUMBER INVALID_CARD_INSTALLMENT_PLAN INVALID_PASSWORD
  INVALID_ACCOUNT_INFO_RE_REGISTER RESTRICTED_TRANSFER_ACCOUNT NOT_ALLOWED_POINT_USE BELOW_MINIMUM_AMOUNT
  NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN EXCEED_MAX_CARD_INSTALLMENT_PLAN
  EXCEED_MAX_DAILY_PAYMENT_COUNT EXCEED_MAX_PAYMENT_AMOUNT EXCEED_MAX_AMOUNT EXCEED_MAX_ONE_DAY_AMOUNT
  EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT
  EXCEED_MAX_AUTH_COUNT NOT_AVAILABLE_BANK NOT_AVAILABLE_PAYMENT FDS_ERROR
  ALREADY_CANCELED_PAYMENT ALREADY_REFUND_PAYMENT NOT_CANCELABLE_PAYMENT NOT_CANCELABLE_AMOUNT
  NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER NOT_ALLOWED_PARTIAL_REFUND NOT_MATCHES_REFUNDABLE_AMOUNT EXCEED_MAX_REFUND_DUE
  EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT REFUND_REJECTED`,
);

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

/** A payment as Toss has it. What is no answer, or an answer that we do not understand, leaves the outcome open. */
const ask = async (request: Request): Promise<Payment> => {
  const answer = await send(request).catch((error: Error) => {
    throw GatewayRefused.is(error) || GatewaySilent.is(error) ? error : GatewaySilent(error.name);
  });
  const { data } = z.safeParse(Payment, answer);
  if (!data) throw GatewaySilent("not an answer that we understand");
  return data;
};

const at = async (paymentId: string): Promise<Payment> => {
  if (/^\.+$/.test(paymentId)) throw GatewayRefused("NOT_FOUND"); // in a path it would be another address
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
  status: STATUS[status] ?? "pending", // one that is new there, or waits for a deposit, is not decided here
  amount: totalAmount,
  currency,
  refunded: sum(cancels, "DONE"),
  returning: sum(cancels, "IN_PROGRESS"),
  ...(STATUS[status] === "declined" && { reason: failure?.code ?? status }),
});

/** A payment that was there and is not any more is no answer: nobody knows what became of it. */
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
  get,

  // the buyer's window has made it, perhaps for somebody else's order: it says itself what it is for
  prepare: async ({ token }) => view(await at(token)),

  // Toss repeats its first answer to a key, also an error, for fifteen days: the caller's key is another at each look. A payment that is
  // confirmed by somebody else meanwhile, or that is over, says so itself.
  authorise: async ({ paymentId, reference, amount, key }) => {
    try {
      const body = { paymentKey: paymentId, orderId: toOrderId(reference), amount };
      return view(await ask({ path: "confirm", key, body }));
    } catch (error) {
      if (!GatewayRefused.is(error)) throw error;
      const { message: reason } = error as Error;
      const payment = await get(paymentId);
      if (reason === "ALREADY_PROCESSED_PAYMENT") return payment;
      // until Toss says that it is over, another worker's confirmation of it may still go through
      if (payment.status === "prepared") return { ...payment, status: "declined", open: true, reason };
      return payment.status === "declined" ? { ...payment, reason } : payment;
    }
  },

  disputed: async () => false, // a payment does not tell of them

  // confirming has taken it
  capture: ({ paymentId }) => get(paymentId),

  // nothing voids what is not confirmed: it expires
  void: async () => {
    throw GatewayRefused("not confirmed");
  },

  // A refund of this name that is there already is not made again. Of two at once `refundableAmount` lets one through, and the key
  // makes one; a later one has another key, for Toss would repeat an error.
  refund: async ({ paymentId, amount, key }) => {
    const { cancels, balanceAmount } = await at(paymentId);
    const cancelReason = key.slice(-maxReason);
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
