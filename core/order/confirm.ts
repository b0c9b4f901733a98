/** An order becomes paid. */
import * as Basket from "#core/basket/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import type { TransactItem } from "#core/lib/dynamo.ts";
import type { Step } from "./attempts.ts";
import { move } from "./change.ts";

/** held or paying → confirmed; a card's charge is still to be captured, so its debt stays. */
export const confirm = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem[] => {
  const { eventId, orderId, seats } = order;
  const byPoints = attempt.method === "points";
  return [
    move(order, {
      set: ["#status = :confirmed", "attempts.#id = :attempt", "attemptId = :id"],
      // Points: of parallel attempts only the first finds the order held. Card: a late answer finds that this attempt is no longer paying.
      conditions: ["#status = :from", byPoints ? "attribute_not_exists(attempts.#id)" : "attemptId = :id"],
      values: {
        ":confirmed": "confirmed",
        ":from": byPoints ? "held" : "paying",
        ":attempt": attempt,
        ":id": attemptId,
      },
      id: attemptId,
    }),
    Basket.buy(order),
    ...seats.map((seat) => Catalog.sellSeat({ seat: { eventId, ...seat }, orderId, price: seat.price })),
  ];
};
