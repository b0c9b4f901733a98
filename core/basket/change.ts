/** The basket's part of the transactions that hold, pay and give back an order. The comment at each condition names the race that it wins. */
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

const update = ({ userId, eventId }: Hold, { values, ...change }: Change) => ({
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
const whileOpen = (order: Hold, UpdateExpression: string, values: Record<string, unknown>): TransactItem => ({
  Update: update(order, {
    UpdateExpression,
    ConditionExpression: "openOrder = :me",
    values: { ":me": order.orderId, ...values },
  }),
});

/** The order stays open until then (epoch ms). */
export const keep = (order: Hold, until: number): TransactItem =>
  whileOpen(order, "SET openUntil = :until", { ":until": until });

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
