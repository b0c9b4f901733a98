/** The gateway's whole book against the orders and wallets. */
import { now } from "#core/lib/clock.ts";
import * as Payment from "#core/payment/index.ts";
import type { PaymentFacts } from "../audit/snapshot.ts";

type Compare = {
  book: PaymentFacts[];
  apply: boolean;
  tell: (line: string) => void;
  /** Called for each payment that is looked at. */
  look?: () => void;
};

const sentence = ({ reference, amount, status }: PaymentFacts, stands: Payment.Standing, apply: boolean): string =>
  stands === "unknown"
    ? `${reference}: ${amount} ${status} at the gateway for nothing that we know: ${apply ? "given back" : "would give it back"}`
    : `${reference}: its money went back, but its order is confirmed: ${apply ? "refunded here too" : "would refund it here too"}`;

/** Answers how many payments nothing explains; with `apply` each of them is settled. */
export const explainBook = async ({ book, apply, tell, look }: Compare): Promise<number> => {
  let odd = 0;
  for (const facts of book) {
    look?.();
    const payment = facts as Payment.Booked;
    const stands = apply ? await Payment.explain({ payment, now: now() }) : await Payment.standing(payment, now());
    if (stands === "explained" || stands === "open") continue;
    odd++;
    tell(sentence(facts, stands, apply));
  }
  return odd;
};
