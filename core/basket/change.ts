/** The basket while an order of it is open: the transactions that hold seats and keep them. The comment at each condition names the race that it wins. */
import { type TransactItem, table } from "#core/lib/dynamo.ts";
import { basketKey, hashMark, KEY_SLOTS, keyMark, usedSlot } from "./basket.table.ts";
import { condition, type Idempotency } from "./limits.ts";

/** An order as its basket sees it. Times in epoch ms. */
export type Hold = {
  userId: string;
  eventId: string;
  orderId: string;
  seats: readonly unknown[];
  createdAt: number;
  heldUntil: number;
  admittedAt?: number | undefined;
};

type Change = { UpdateExpression: string; ConditionExpression: string; values: Record<string, unknown> };

export const update = ({ userId, eventId }: Hold, { values, ...change }: Change) => ({
  TableName: table("Orders"),
  Key: basketKey(userId, eventId),
  ...change,
  ExpressionAttributeValues: values,
});

/** The first slot takes the hold's key, and each other slot takes the value of the slot before it. */
const SHIFT_KEYS = KEY_SLOTS.map((slot, n) =>
  n === 0 ? `${slot} = :used` : `${slot} = if_not_exists(${KEY_SLOTS[n - 1]}, :none)`,
).join(", ");
/** The right-hand sides read the basket as it was before this hold. */
const SHIFT_ENDS = "ended1 = if_not_exists(ended2, :zero), ended2 = if_not_exists(openUntil, :zero)";

/** Opens an order if the limits allow it. A refusal has the basket as it was. */
export const open = (order: Hold, { key, hash }: Idempotency, maxSeatsPerUser: number): TransactItem => {
  const { orderId, seats, createdAt: now, admittedAt } = order;
  const { ConditionExpression, values } = condition({ now, seats: seats.length, maxSeatsPerUser, key, admittedAt });
  const change = update(order, {
    UpdateExpression: `SET openOrder = :order, openUntil = :until, ${SHIFT_ENDS}, ${SHIFT_KEYS}`,
    ConditionExpression,
    values: {
      ...values,
      ":order": orderId,
      ":until": order.heldUntil,
      ":used": usedSlot({ key: keyMark(key), hash: hashMark(hash), orderId }),
      ":none": "",
    },
  });
  return { Update: { ...change, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } };
};

/** Changes the basket only while this is its open order. So an older order never closes or extends a newer order's basket. */
export const whileOpen = (order: Hold, UpdateExpression: string, values: Record<string, unknown>): TransactItem => ({
  Update: update(order, {
    UpdateExpression,
    ConditionExpression: "openOrder = :me",
    values: { ":me": order.orderId, ...values },
  }),
});

/** The order stays open until then (epoch ms). */
export const keep = (order: Hold, until: number): TransactItem =>
  whileOpen(order, "SET openUntil = :until", { ":until": until });
