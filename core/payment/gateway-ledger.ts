/**
 * A payment in the gateway's ledger against what we know of it: for an operator after tables were set back in time. The ledger was not
 * set back: it says what became of the cards' money, and what it holds for nothing is given back.
 */
import { type GatewayPayment, holdsMoney, type ProviderName, provider, undo } from "#core/gateway/index.ts";
import { ms } from "#core/lib/clock.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import { parseReference } from "./message.ts";
import { refundByOrganiser } from "./refund.ts";

/**
 * - `explained`: an order or a wallet has it, or it holds no money
 * - `open`: reconcile brings it to its end
 * - `unknown`: it holds money, and nothing of ours says what for
 * - `returned`: its money went back, but its order is confirmed
 * - `refused`: `settleEntry` was to give it back, and the gateway refuses
 */
export type Standing = "explained" | "open" | "unknown" | "returned" | "refused";

/** As the ledger has it, with when it was begun. */
export type LedgerEntry = GatewayPayment & { createdAt: string; provider: ProviderName };

/** How a payment compares with what the tables say. It reads only. */
export const classify = async (payment: LedgerEntry, now: number): Promise<Standing> => {
  const parsed = parseReference(payment.reference);
  if (!parsed) return holdsMoney(payment) ? "unknown" : "explained";
  const { userId, orderId, attemptId } = parsed;
  if (orderId === "wallet") {
    // of a charge that is not remembered any more nothing can be said
    if (!holdsMoney(payment) || now - ms(payment.createdAt) >= Wallet.finishedChargeKeptMs) return "explained";
    return (await Wallet.holds({ userId, chargeId: attemptId })) ? "explained" : "unknown";
  }
  const order = await Order.find({ userId, orderId });
  const attempt = order?.attempts[attemptId];
  if (order?.owed?.[attemptId] !== undefined) return "open";
  if (attempt?.returnedOtherwise) return "explained";
  const ours =
    order?.status === "confirmed" &&
    attempt?.status === "approved" &&
    !attempt.reason &&
    attempt.paymentId === payment.paymentId;
  if (holdsMoney(payment)) return ours ? "explained" : "unknown";
  return ours ? "returned" : "explained";
};

/** Gives back what is `unknown`, and ends the order whose money was `returned`. Any number of times is once. `now` in epoch ms. */
export const settleEntry = async ({ payment, now }: { payment: LedgerEntry; now: number }): Promise<Standing> => {
  const standing = await classify(payment, now);
  const { reference, paymentId } = payment;
  if (standing === "unknown") {
    const gateway = provider(payment.provider);
    const { refused } = await undo(gateway, await gateway.get(paymentId));
    if (refused) return "refused";
  }
  const parsed = parseReference(reference);
  if (standing === "returned" && parsed) await refundByOrganiser({ ...parsed, by: "reconcile --ledger", now });
  return standing;
};
