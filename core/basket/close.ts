/** How an open order leaves its basket: it is released or bought, and may be given back later. The comment at each condition names the race that it wins. */
import type { TransactItem } from "#core/lib/dynamo.ts";
import { type Hold, update, whileOpen } from "./change.ts";

/** The order was released; the hold ended then (epoch ms). */
export const release = (order: Hold, endedAt: number): TransactItem =>
  whileOpen(order, "SET openUntil = :ended REMOVE openOrder", { ":ended": endedAt });

/**
 * The order is bought. `openUntil` is removed, so the hold counts as bought, and the count of unpaid holds starts at zero after it. The
 * order's admission is revoked by its own time of issue, because another environment's clock has set that time.
 */
export const buy = (order: Hold): TransactItem => {
  const revokes = order.admittedAt !== undefined;
  const closes = "REMOVE openOrder, openUntil ADD bought :seats";
  return whileOpen(order, `${revokes ? "SET spent = :spent " : ""}${closes}`, {
    ":seats": order.seats.length,
    ...(revokes && { ":spent": order.admittedAt }),
  });
};

/** The order gives back its part of the user's limit. It ended unpaid at `unpaidAt` (epoch ms). If a later hold has written its own end, that end stays. */
export const giveBack = (order: Hold, unpaidAt?: number): TransactItem => ({
  Update: update(order, {
    UpdateExpression: `${unpaidAt === undefined ? "" : "SET openUntil = if_not_exists(openUntil, :unpaid) "}ADD bought :back`,
    ConditionExpression: "bought >= :seats",
    values: {
      ":back": -order.seats.length,
      ":seats": order.seats.length,
      ...(unpaidAt !== undefined && { ":unpaid": unpaidAt }),
    },
  }),
});
