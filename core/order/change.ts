/** Builds the update of an order from its parts, and the changes of its debts at the payment gateway (`owed`). */
import { type TransactItem, table } from "#core/lib/dynamo.ts";
import { endedKeyOf, type Order, openKeyOf, orderKey } from "./order.table.ts";

/** Parts of one update of an order. `#id` stands for an attempt's id. */
export type Change = {
  set?: string[];
  remove?: string[];
  conditions: string[];
  values: Record<string, unknown>;
  id?: string;
  /** The key under which the reconciliation finds it from then on. */
  open?: NonNullable<Order["open"]>;
  /** From then on its event's organiser finds it among the orders that gave their seats back. */
  ended?: true;
};

/** The attributes by which the indexes find the order. */
const indexed = (order: Order, { open, ended }: Change): Pick<Change, "values"> & { set: string[] } => ({
  set: [...(open ? ["#open = :open"] : []), ...(ended ? ["ended = :ended"] : [])],
  values: {
    ...(open && { ":open": openKeyOf(order, open) }),
    ...(ended && { ":ended": endedKeyOf(order) }),
  },
});

/** An update of the order. If its conditions fail, the refusal has the order as it is. */
export const move = (order: Order, change: Change): TransactItem => {
  const { remove = [], conditions, id } = change;
  const keys = indexed(order, change);
  const set = [...(change.set ?? []), ...keys.set];
  const UpdateExpression = [
    ...(set.length > 0 ? [`SET ${set.join(", ")}`] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(", ")}`] : []),
  ].join(" ");
  const ConditionExpression = conditions.join(" AND ");
  const uses = (name: string) => (UpdateExpression + ConditionExpression).includes(name);
  return {
    Update: {
      TableName: table("Orders"),
      Key: orderKey(order.userId, order.orderId),
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeNames: {
        ...(uses("#status") && { "#status": "status" }),
        ...(uses("#open") && { "#open": "open" }),
        ...(id !== undefined && uses("#id") && { "#id": id }),
      },
      ExpressionAttributeValues: { ...change.values, ...keys.values },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
};

/**
 * An attempt's debt begins: something about it is still to be learnt or done at the gateway. The condition decides the race with another
 * attempt's debt that begins or ends meanwhile. The loser reads the order again.
 */
export const owe = (order: Order, attemptId: string, since: number): Change =>
  order.owed
    ? { set: ["owed.#id = :since"], conditions: ["attribute_exists(owed)"], values: { ":since": since } }
    : {
        set: ["owed = :owed"],
        conditions: ["attribute_not_exists(owed)"],
        values: { ":owed": { [attemptId]: since } },
      };

/** An attempt's debt ends. After the last debt the reconciliation does not find the order any more. The condition decides the same race as in `owe`. */
export const paid = (order: Order): Change =>
  Object.keys(order.owed ?? {}).length > 1
    ? { remove: ["owed.#id"], conditions: ["attribute_exists(owed.#id)", "size(owed) > :one"], values: { ":one": 1 } }
    : {
        remove: ["owed", "#open"],
        conditions: ["attribute_exists(owed.#id)", "size(owed) = :one"],
        values: { ":one": 1 },
      };

export const both = (one: Change, other: Change): Change => ({
  set: [...(one.set ?? []), ...(other.set ?? [])],
  remove: [...(one.remove ?? []), ...(other.remove ?? [])],
  conditions: [...one.conditions, ...other.conditions],
  values: { ...one.values, ...other.values },
  ...((one.open ?? other.open) && { open: one.open ?? other.open }),
  ...((one.ended ?? other.ended) && { ended: true as const }),
  ...((one.id ?? other.id) !== undefined && { id: one.id ?? other.id }),
});
