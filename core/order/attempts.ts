/** The attempts to pay an order: which may begin, and one that is refused before it does. */
import type { TransactItem } from "#core/lib/dynamo.ts";
import { move } from "./change.ts";
import type { Attempt, Order } from "./order.table.ts";

export type Step = { order: Order; attemptId: string; attempt: Attempt; now: number };

/** The most attempts of an order. All of them have to fit into its item, also when they are closed. */
export const maxAttempts = 20;

/** Whether the order can be paid by a new attempt with this id. */
export const mayTry = ({ status, attempts }: Order, attemptId: string): boolean =>
  status === "held" && attempts[attemptId] === undefined && Object.keys(attempts).length < maxAttempts;

/** `mayTry` as conditions. Of two attempts that begin at the same time, only one meets them. */
export const MAY_TRY = ["#status = :held", "attribute_not_exists(attempts.#id)", "size(attempts) < :maxAttempts"];

/** An attempt by points that was refused, or one by card that was refused before the card was asked. It is written once, and the order stays payable until `payBy`. */
export const refuse = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: ["attempts.#id = :attempt", "attemptId = :id"],
    conditions: MAY_TRY,
    values: { ":held": "held", ":attempt": attempt, ":id": attemptId, ":maxAttempts": maxAttempts },
    id: attemptId,
  });
