/** A charge as its owner sees it. */
import type { ChargeView } from "./schema.ts";
import type { Charge } from "./wallet.table.ts";

const reasons: Record<NonNullable<Charge["refusal"]>, NonNullable<ChargeView["reason"]>> = {
  full: "wallet.balance_too_high",
  mismatch: "payment.mismatch",
  declined: "card.declined",
  unverified: "card.unverified",
  unconfirmed: "payment.unconfirmed",
};

/** A charge that was closed without an answer reads as `declined`: it is never credited, even if its gateway never answers. */
const statusOf = ({ state, refusal }: Charge): ChargeView["status"] => {
  if (state === "done" || state === "paying_back") return "done";
  if (state === "declined") return state;
  const isDecided = refusal === "unconfirmed" || refusal === "declined" || refusal === "unverified";
  return state === "returning" && isDecided ? "declined" : "pending";
};

export const view = (charge: Charge): ChargeView => {
  const { chargeId, amount, action, refusal = "declined", code, entry } = charge;
  const status = statusOf(charge);
  return {
    chargeId,
    status,
    amount,
    ...(status === "pending" && action && { action }),
    ...(status === "declined" && { reason: reasons[refusal], ...(code !== undefined && { code }) }),
    ...(status === "done" && entry && { entry, balance: entry.balance }),
  };
};
