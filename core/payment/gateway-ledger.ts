/**
 * Compares a payment in the gateway's ledger with our tables, for an operator who has restored tables to an earlier time. The ledger
 * was not restored, so it shows what became of the cards' money. Money that it holds for no order is given back.
 */
import { type GatewayPayment, holdsMoney, type ProviderName, provider, undo } from "#core/gateway/index.ts";
import { ms } from "#core/lib/clock.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import { parseReference } from "./message.ts";
import { refund } from "./refund.ts";

/**
 * - `explained`: an order or a wallet accounts for it, or it holds no money
 * - `open`: reconcile finishes it
 * - `unknown`: it holds money, and no item of ours accounts for it
 * - `returned`: its money went back, but its order is confirmed
 * - `refused`: `settleEntry` tried to give it back, and the gateway refused
 */
export type Standing = "explained" | "open" | "unknown" | "returned" | "refused";

/** A payment as the ledger has it, with the time when it began. */
export type LedgerEntry = GatewayPayment & { createdAt: string; provider: ProviderName };

/** How a payment compares with the tables. It only reads. */
export const classify = async (payment: LedgerEntry, now: number): Promise<Standing> => {
  const parsed = parseReference(payment.reference);
  if (!parsed) return holdsMoney(payment) ? "unknown" : "explained";
  const { userId, orderId, attemptId } = parsed;
  if (orderId === "wallet") {
    // A finished charge is forgotten after `finishedChargeKeptMs`. Then nothing can be said about its payment.
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

/** Gives back what is `unknown`, and ends the order whose money was `returned`. Repeating it changes nothing more. `now` in epoch ms. */
export const settleEntry = async ({ payment, now }: { payment: LedgerEntry; now: number }): Promise<Standing> => {
  const standing = await classify(payment, now);
  const { reference, paymentId } = payment;
  if (standing === "unknown") {
    const gateway = provider(payment.provider);
    const { refused } = await undo(gateway, await gateway.get(paymentId));
    if (refused) return "refused";
  }
  const parsed = parseReference(reference);
  if (standing === "returned" && parsed) await refund(await Order.get(parsed), now);
  return standing;
};
