/** The settle queue's messages, each to what it asks for. */
import { holdsMoney, type ProviderName, provider } from "#core/gateway/index.ts";
import { transact } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import { advance, settleCard } from "./card.ts";
import { Message, type Outcome, parseReference } from "./message.ts";
import { settlePoints } from "./points.ts";
import { refundCard } from "./refund.ts";

/** Does what a message asks, once however often it comes. It has to come again where this throws or the outcome says `again`. `now` in epoch ms. */
export const settle = async (body: unknown, now: number): Promise<Outcome> => {
  const message = Message.parse(body);
  switch (message.kind) {
    case "payment":
      return message.method === "points" ? settlePoints(message, now) : settleCard(message, now);
    case "gateway":
      return answered(message, now);
    case "dispute":
      return disputed(message);
    case "return": {
      const order = await Order.find(message);
      if (order?.attempts[message.attemptId]?.status !== "pending") return { outcome: "dropped" };
      return advance({ order, ...message, now });
    }
    case "refund":
      return refundCard({ ...message, now });
    case "charge":
      await Wallet.follow({ ...message, now });
      return { outcome: "resumed" };
  }
};

/** The gateway spoke of a payment: only what it says when asked counts, for messages come late, twice and out of order. */
const answered = async (message: { paymentId: string; reference: string }, now: number): Promise<Outcome> => {
  const parsed = parseReference(message.reference);
  if (!parsed) return { outcome: "unknown" };
  const { userId, orderId, attemptId } = parsed;
  if (orderId === "wallet") {
    await Wallet.resume({ userId, chargeId: attemptId, now });
    return { outcome: "resumed" };
  }
  const order = await Order.find({ userId, orderId });
  const attempt = order?.attempts[attemptId];
  if (!order || attempt?.method !== "card") return { outcome: "unknown" };
  const payment = await provider(attempt.provider ?? "sandbox").get(message.paymentId);
  if (payment.reference !== message.reference) return { outcome: "unknown" };
  if (order.status === "refunded" && order.attemptId === attemptId && holdsMoney(payment)) {
    // the card's bank sent it back: a person has to return it otherwise
    count("RefundRefused");
    logger.error("payment", { operation: "refund", orderId, outcome: "failed after it was done" });
    return { outcome: "refund failed" };
  }
  return advance({ order, attemptId, known: payment, now });
};

/** A dispute takes money back at the gateway: the order says so from then on, and is not refunded beside it. */
const disputed = async (message: { provider: ProviderName; paymentId: string }): Promise<Outcome> => {
  count("Disputed");
  const { paymentId, reference } = await provider(message.provider).get(message.paymentId);
  const parsed = parseReference(reference);
  const order = parsed && (await Order.find(parsed));
  if (!order || order.attempts[parsed.attemptId]?.paymentId !== paymentId) return { outcome: "unknown" };
  const { attemptId } = parsed;
  const refusals = await transact([Order.Moves.disputed({ order, attemptId })]);
  if (refusals) throw Order.OrderBusy();
  return { outcome: "disputed" };
};
