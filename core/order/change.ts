/** Builds the update of an order from its parts, its debts at the payment gateway (`owed`) among them. */
import { type TransactItem, table } from "#core/lib/dynamo.ts";
import { type Order, orderKey } from "./order.table.ts";
import { endedKeyOf, type Open, openKeyOf } from "./shards.table.ts";

/** Parts of one update of an order. `#id` stands for an attempt's id. */
export type Change = {
  set?: string[];
  remove?: string[];
  conditions: string[];
  values: Record<string, unknown>;
  id?: string;
  /** The key under which the reconciliation finds it from then on. */
  open?: Open;
  /** From then on its event's organiser finds it among the orders that gave their seats back. */
  ended?: true;
  /**
   * The debt of attempt `id` begins at this time (epoch ms): something about it is still to be learnt or done at the gateway. Or it `ends`,
   * and after the last debt the reconciliation does not find the order any more.
   */
  debt?: number | "ends";
};

type Part = Pick<Change, "set" | "remove" | "conditions" | "values">;

/** The attributes by which the indexes find the order. */
const indexed = (order: Order, { open, ended }: Change): Part => ({
  set: [...(open ? ["#open = :open"] : []), ...(ended ? ["ended = :ended"] : [])],
  conditions: [],
  values: {
    ...(open && { ":open": openKeyOf(order, open) }),
    ...(ended && { ":ended": endedKeyOf(order) }),
  },
});

/**
 * The condition decides the race with another attempt's debt that begins or ends meanwhile: `owed` has to be as it was read. The loser
 * reads the order again.
 */
const owed = (order: Order, { debt, id = "" }: Change): Part => {
  if (debt === undefined) return { conditions: [], values: {} };
  if (debt !== "ends")
    return order.owed
      ? { set: ["owed.#id = :since"], conditions: ["attribute_exists(owed)"], values: { ":since": debt } }
      : { set: ["owed = :owed"], conditions: ["attribute_not_exists(owed)"], values: { ":owed": { [id]: debt } } };
  const isLast = Object.keys(order.owed ?? {}).length <= 1;
  return {
    remove: isLast ? ["owed", "#open"] : ["owed.#id"],
    conditions: ["attribute_exists(owed.#id)", `size(owed) ${isLast ? "=" : ">"} :one`],
    values: { ":one": 1 },
  };
};

/** An update of the order. If its conditions fail, the refusal has the order as it is. */
export const move = (order: Order, change: Change): TransactItem => {
  const { id } = change;
  const parts: Part[] = [change, owed(order, change), indexed(order, change)];
  const set = parts.flatMap((part) => part.set ?? []);
  const remove = parts.flatMap((part) => part.remove ?? []);
  const UpdateExpression = [
    ...(set.length > 0 ? [`SET ${set.join(", ")}`] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(", ")}`] : []),
  ].join(" ");
  const ConditionExpression = parts.flatMap(({ conditions }) => conditions).join(" AND ");
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
      ExpressionAttributeValues: Object.assign({}, ...parts.map(({ values }) => values)),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
};
