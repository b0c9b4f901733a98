/** Beginning an attempt by card: a payment at the gateway that takes nothing, and its id on the order before anything that takes money. */
import * as Declines from "#core/declines/index.ts";
import {
  type GatewayPayment,
  GatewayRefused,
  GatewaySilent,
  type PaymentProvider,
  provider,
  undo,
} from "#core/gateway/index.ts";
import { transact } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import * as Order from "#core/order/index.ts";
import type { Case, Done } from "./case.ts";
import { type Refusal, refuse } from "./decided.ts";
import { type Outcome, referenceOf } from "./message.ts";
import { conflictRetries } from "./write.ts";

/**
 * held → paying; or the reason why the order cannot be paid any more. Throws `GatewaySilent` if the gateway does not answer: nothing was
 * begun, and the message comes again.
 */
export const begin = async (at: Case): Promise<Done> => {
  const { order, attemptId, message, now } = at;
  if (!message) return { outcome: "unknown" };
  const { hash, acceptedAt, token = "" } = message;
  const gateway = provider(message.provider);
  const reference = referenceOf(order, attemptId);
  const { total: amount, currency } = order;
  const refused = async (reason: Refusal): Promise<Outcome> => {
    await refuse(order, message, reason);
    return { outcome: reason, acceptedAt };
  };
  if (!(await Declines.mayAsk({ userId: order.userId, from: message.from }, now)))
    return refused("card.too_many_declined");
  const payment = await prepare({ gateway, reference, amount, currency, token });
  if (!payment) return refused("card.declined");
  // The token stands for the payment of another attempt. This attempt must never use it.
  if (payment.reference !== reference) return refused("payment.mismatch");
  const attempt: Order.Attempt = {
    method: "card",
    hash,
    status: "pending",
    acceptedAt,
    since: now,
    provider: gateway.name,
    paymentId: payment.paymentId,
    token,
    from: message.from,
  };
  const refusals = await transact(Order.Transitions.startPaying({ order, attemptId, attempt, now }), conflictRetries);
  if (!refusals) return { known: payment, orderChanged: true };
  const reason = Order.Refusals.reasonOf(refusals, order);
  const outcome = reason && (await refused(reason));
  await release(at, gateway, payment);
  return outcome ?? { known: payment, orderChanged: true };
};

type Prepared = { gateway: PaymentProvider; reference: string; amount: number; currency: string; token: string };

/** Undefined if the gateway refuses such a payment. */
const prepare = async ({ gateway, ...payment }: Prepared): Promise<GatewayPayment | undefined> => {
  try {
    return await gateway.prepare({ ...payment, key: payment.reference });
  } catch (error) {
    if (!GatewayRefused.is(error)) throw error;
    logger.error("payment", {
      operation: "prepare",
      reference: payment.reference,
      outcome: "refused",
      error: error as Error,
    });
    return undefined;
  }
};

/**
 * Handles what was prepared for an attempt that did not begin. A declined attempt is closed for good, and nobody can begin it any more, so
 * its payment is undone. An attempt that is on no order may be begun by another worker meanwhile, so its payment is left: it takes nothing.
 */
const release = async (
  { order, attemptId }: Case,
  gateway: PaymentProvider,
  payment: GatewayPayment,
): Promise<void> => {
  const after = await Order.find(order);
  if (after?.attempts[attemptId]?.status !== "declined") return;
  await undo(gateway, payment).catch((error) => {
    if (!GatewaySilent.is(error)) throw error;
  });
};
