/** What the gateway says about an attempt's money while the order stays as it is. */
import type { TransactItem } from "#core/lib/dynamo.ts";
import { move } from "./change.ts";
import type { Attempt, Order } from "./order.table.ts";

/** The gateway's state of this attempt is final and right, so its debt ends. `attempt` is given if its record changes as well. */
export const settled = ({ order, attemptId, attempt }: { order: Order; attemptId: string; attempt?: Attempt }) =>
  move(order, {
    ...(attempt && { set: ["attempts.#id = :attempt"] }),
    debt: "ends",
    // While the order is being paid or refunded by this attempt, the debt ends together with that.
    conditions: ["NOT (attemptId = :id AND #status IN (:paying, :refunding))"],
    values: {
      ...{ ":id": attemptId, ":paying": "paying", ":refunding": "refunding" },
      ...(attempt && { ":attempt": attempt }),
    },
    id: attemptId,
  });

/** Writes whether the buyer's bank disputes this attempt's money. The order may have any status. */
export const disputed = (args: { order: Order; attemptId: string; disputed: boolean }): TransactItem => {
  const { order, attemptId, disputed } = args;
  const flag = "attempts.#id.disputed";
  const change = disputed
    ? { set: [`${flag} = :true`], conditions: ["attribute_exists(attempts.#id)"] }
    : { remove: [flag], conditions: [`${flag} = :true`] };
  return move(order, { ...change, values: { ":true": true }, id: attemptId });
};
