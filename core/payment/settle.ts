/** Handles the messages of the settle queue, each by its kind. */
import { answerWindowMs, GatewaySilent, type ProviderName, provider } from "#core/gateway/index.ts";
import { transact } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import { advance, settleCard } from "./card.ts";
import { Message, type Outcome, parseReference, post } from "./message.ts";
import { settlePoints } from "./points.ts";
import { refundCard } from "./refund.ts";

/** Seconds until a message comes again. The jitter spreads messages that failed together. */
const againAfterSeconds = { min: 15, jitter: 10 };

/** Does what a message asks, once, however often the message comes. The message has to come again if this throws or the outcome says `again`. `now` in epoch ms. */
export const settle = async (body: unknown, now: number): Promise<Outcome> => {
  const message = Message.parse(body);
  const outcome = await work(message, now).catch((error): Outcome => {
    if (GatewaySilent.is(error)) return { outcome: "silent", again: true };
    throw error;
  });
  return outcome.again && (await sendAgain(message, now)) ? { ...outcome, again: false } : outcome;
};

/**
 * Sends a message again as it is. Its received copy is deleted after that, so a gateway that is silent for minutes uses up no
 * receives. A crash between the two leaves two messages, which are one payment. Answers false after `answerWindowMs`: from then on
 * the message uses up its receives, and ends among the dead letters.
 */
const sendAgain = async (message: Message, now: number): Promise<boolean> => {
  if (message.kind === "return" || message.kind === "refund" || message.kind === "forfeit") return false;
  if (message.kind === "charge") {
    await post(message, Wallet.againAfterSeconds); // as long as the charge is open: nothing else looks at it
    return true;
  }
  const since = message.kind === "payment" ? message.acceptedAt : (message.since ?? now);
  if (now - since > answerWindowMs) return false;
  count("SentAgain");
  const delay = againAfterSeconds.min + Ids.below(againAfterSeconds.jitter + 1);
  await post(message.kind === "payment" ? message : { ...message, since }, delay);
  return true;
};

/** For a message about a debt that the order has. The reconciliation looks at such an order each minute, so the message need not come again. */
const owed = async (outcome: Promise<Outcome>): Promise<Outcome> => ({ ...(await outcome), again: false });

const work = async (message: Message, now: number): Promise<Outcome> => {
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
      return owed(advance({ order, ...message, now }));
    }
    case "refund":
      return owed(refundCard({ ...message, now }));
    case "charge": {
      const isOpen = await Wallet.follow({ ...message, now });
      return { outcome: isOpen ? "open" : "over", again: isOpen };
    }
    case "forfeit":
      return { outcome: (await Wallet.forfeit({ ...message, now })) ? "forfeited" : "nothing left" };
  }
};

type Answered = { provider?: ProviderName | undefined; paymentId: string; reference: string };

/** The gateway sent a message about a payment. Only its answer to our question counts, because messages come late, twice and out of order. */
const answered = async (message: Answered, now: number): Promise<Outcome> => {
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
  const gateway = provider(attempt.provider);
  // the attempt is paid at one gateway, which has no payment of another one, and would be asked for it again and again
  if (message.provider && message.provider !== gateway.name) return { outcome: "unknown" };
  if (order.owed?.[attemptId] !== undefined && attempt.paymentId === message.paymentId)
    return owed(advance({ order, attemptId, now }));
  const payment = await gateway.get(message.paymentId);
  if (payment.reference !== message.reference) return { outcome: "unknown" };
  return advance({ order, attemptId, known: payment, now });
};

/**
 * Something about a dispute has changed. Messages come late and out of order, so the gateway is asked for the present state. An order
 * whose money the bank holds back or has taken is marked as disputed, and is not refunded as well.
 */
const disputed = async (message: { provider: ProviderName; paymentId: string }): Promise<Outcome> => {
  const gateway = provider(message.provider);
  const [{ paymentId, reference }, isDisputed] = await Promise.all([
    gateway.get(message.paymentId),
    gateway.disputed(message.paymentId),
  ]);
  const facts = { operation: "dispute", paymentId, reference, disputed: isDisputed };
  const parsed = parseReference(reference);
  const order = parsed && (await Order.find(parsed));
  const attempt = order?.attempts[parsed?.attemptId ?? ""];
  if (!order || !parsed || attempt?.paymentId !== paymentId) {
    // It is a charge of a wallet, or belongs to no order: a person has to look.
    if (isDisputed) count("Disputed");
    logger.warn("payment", { ...facts, outcome: "no order" });
    return { outcome: "unknown" };
  }
  if ((attempt.disputed ?? false) === isDisputed) return { outcome: "known" };
  const { attemptId } = parsed;
  const refusals = await transact([Order.Transitions.disputed({ order, attemptId, disputed: isDisputed })]);
  if (refusals) throw Order.OrderBusy();
  if (isDisputed) count("Disputed");
  logger.warn("payment", { ...facts, orderId: order.orderId, outcome: "noted" });
  return { outcome: isDisputed ? "disputed" : "dispute over" };
};
