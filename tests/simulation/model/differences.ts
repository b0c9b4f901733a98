/** The differences between the tables and the model. */
import type { Expectation } from "../checker.ts";
import type { Run } from "./run.ts";
import { isTaken, type World } from "./world.ts";

const compare = (what: string, model: unknown, is: unknown): string[] =>
  model === is ? [] : [`${what}: ${is}, in the model ${model}`];

/** The attempts of an order, and those that are closed for good. */
const attempts = (known: Record<string, { status?: string }> = {}): string =>
  Object.entries(known)
    .map(([id, { status }]) => (status === "declined" ? `${id} declined` : id))
    .sort()
    .join(", ");

export const differences =
  ({ buyers, outside }: Run, world: World): Expectation =>
  (facts) => {
    const { now } = outside;
    const userOf = (userId: string) => buyers.findIndex((buyer) => buyer.userId === userId);
    const taken = new Map(facts.seats.map((seat) => [seat.seatId, seat]));
    const told = (state: string | undefined, order: string | undefined) => (state ? `${state} to ${order}` : "free");
    const seats = [...new Set([...taken.keys(), ...Object.keys(world.seats)])].flatMap((seatId) => {
      const [is, model] = [taken.get(seatId), world.seats[seatId]];
      const live = is && (is.state === "sold" || (is.heldUntil ?? 0) >= now) ? is : undefined;
      const due = isTaken(model, now) ? (model?.sold ? "sold" : "held") : undefined;
      return compare(seatId, told(due, model?.order), told(live?.state, live?.orderId));
    });
    const statuses = new Map(facts.orders.map(({ orderId, status }) => [orderId, status]));
    const orders = [...new Set([...statuses.keys(), ...Object.keys(world.orders)])].flatMap((orderId) =>
      compare(orderId, world.orders[orderId]?.status, statuses.get(orderId)),
    );
    const tries = facts.orders.flatMap(({ orderId, attempts: known }) =>
      compare(`attempts of ${orderId}`, attempts(world.orders[orderId]?.attempts), attempts(known)),
    );
    const baskets = facts.baskets.flatMap(({ userId, bought, openOrder }) => {
      const model = world.baskets[userOf(userId)];
      return [
        ...compare(`seats bought by ${userId}`, model?.bought, bought),
        ...compare(`the open order of ${userId}`, model?.open, openOrder),
      ];
    });
    const wallets = facts.wallets.flatMap(({ userId, balance }) =>
      compare(`points of ${userId}`, world.balances[userOf(userId)], balance),
    );
    const checkIns = compare("tickets checked in", Object.keys(world.checkedIn).length, facts.checkIns.length);
    return [...seats, ...orders, ...tries, ...baskets, ...wallets, ...checkIns];
  };
