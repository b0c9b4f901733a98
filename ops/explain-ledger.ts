/** Compares all payments of the gateway's ledger with the orders and wallets. */
import { now } from "#core/lib/clock.ts";
import * as Payment from "#core/payment/index.ts";
import type { PaymentFacts } from "./audit/snapshot.ts";

type Compare = {
  ledger: PaymentFacts[];
  apply: boolean;
  print: (line: string) => void;
  /** Called for each payment that is checked. */
  look?: () => void;
};

const ends: Partial<Record<Payment.Standing, [would: string, did: string]>> = {
  unknown: ["without an order or a wallet: would return it", "without an order or a wallet: returned"],
  refused: ["", "without an order or a wallet: the gateway refuses to return it"],
  returned: [
    "but its money was returned and its order is confirmed: would refund the order",
    "its order was refunded here, too",
  ],
};

const sentence = ({ reference, amount, status }: PaymentFacts, standing: Payment.Standing, apply: boolean): string =>
  `${reference}: ${amount} ${status} at the gateway, ${ends[standing]?.[apply ? 1 : 0]}`;

/** Returns the number of payments that match no order and no wallet. With `apply` each of them is settled. */
export const explainLedger = async ({ ledger, apply, print, look }: Compare): Promise<number> => {
  let odd = 0;
  for (const facts of ledger) {
    look?.();
    const payment = facts as Payment.LedgerEntry;
    const standing = apply
      ? await Payment.settleEntry({ payment, now: now() })
      : await Payment.classify(payment, now());
    if (standing === "explained" || standing === "open") continue;
    odd++;
    print(sentence(facts, standing, apply));
  }
  return odd;
};
