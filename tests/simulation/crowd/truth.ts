/** Whether the answers to buyers agree with the tables, and were true at their time. Pure. */
import type { OrderFacts, Snapshot } from "#ops/audit/index.ts";
import type { Expectation } from "../checker.ts";
import type { Sale } from "./sale.ts";
import { HOLDS_BEFORE_WAIT, type Kept, ordersOf, type Refusal, type Story } from "./story.ts";

/** ms: the largest clock error of an environment, plus a moment, for seats that lapse. */
const CLOCK_ERROR_MS = 31_000;
/** ms from the oldest of three releases until the next hold. */
const COOLDOWN_MS = 600_000;

type Told = Pick<Sale, "stories" | "sections">;
type Seat = { seatId: string; from: number; to: number };

const ends = (order: OrderFacts, left: Kept["left"]): number => {
  if (order.status === "held" || order.status === "paying") return order.heldUntil + CLOCK_ERROR_MS;
  return order.status === "confirmed" ? Number.POSITIVE_INFINITY : (left?.at ?? Number.POSITIVE_INFINITY);
};

/** The longest time in which each seat may have had a holder. */
const occupied = ({ stories }: Told, { orders }: Pick<Snapshot, "orders">): Map<string, Seat[]> => {
  const byUser = new Map(stories.map((story) => [story.userId, story]));
  const seats = new Map<string, Seat[]>();
  for (const order of orders) {
    const story = byUser.get(order.userId);
    const mine = story && ordersOf(story).find(({ orderId }) => orderId === order.orderId);
    const time = { from: mine?.held.first ?? story?.asked ?? 0, to: ends(order, mine?.left) };
    for (const { seatId } of order.seats) seats.set(seatId, [...(seats.get(seatId) ?? []), { seatId, ...time }]);
  }
  return seats;
};

const lie = (told: Told, taken: Map<string, Seat[]>, refusal: Refusal): string | undefined => {
  const { code, quantity, since, at, seats } = refusal;
  const free = (seatId: string) => (taken.get(seatId) ?? []).every(({ from, to }) => to < since || from > at);
  if (code === "seat.taken") {
    const wrong = seats.filter(free);
    return wrong.length > 0 ? `was told that ${wrong} are taken; they were free` : undefined;
  }
  const most = Math.max(...told.sections.map(({ seatIds }) => seatIds.filter(free).length));
  return most >= quantity ? `asked for ${quantity} and was told ${code} while ${most} were free` : undefined;
};

/** The time in which a seat certainly has a holder: from the answer until it may have been given back, or could not be paid any more. */
const sure = (order: Kept): Seat[] => {
  const to =
    order.left?.first ??
    (order.status === "confirmed" ? Number.POSITIVE_INFINITY : Date.parse(order.payBy) - CLOCK_ERROR_MS);
  return order.seats.map(({ seatId }) => ({ seatId, from: order.held.at, to }));
};

/** A confirmed order by card whose capture failed: it ends at an unknown time, with an e-mail. */
const isRevoked = (order: OrderFacts | undefined): boolean =>
  order?.status === "released" && order.attempts?.[order.attemptId ?? ""]?.reason === "payment.capture_failed";

const robbed = ({ stories }: Told, orders: Map<string, OrderFacts>): string[] => {
  const owners = new Map<string, { seat: Seat; kept: Kept }[]>();
  for (const story of stories)
    for (const kept of ordersOf(story).filter(({ orderId }) => !isRevoked(orders.get(orderId))))
      for (const seat of sure(kept)) owners.set(seat.seatId, [...(owners.get(seat.seatId) ?? []), { seat, kept }]);
  return [...owners].flatMap(([seatId, all]) =>
    all.flatMap((a) =>
      all
        .filter((b) => b !== a && b.kept.held.first > a.seat.from && b.kept.held.at < a.seat.to)
        .map((b) => `${seatId} was ${a.kept.orderId}'s when it was given to ${b.kept.orderId}`),
    ),
  );
};

/**
 * Whether an account that released three holds had a cooldown, no other account had one, and none was too long. Two clocks may be wrong.
 */
const wavered = (story: Story): string[] => {
  const { released, waits } = story;
  const tooSoon = ordersOf(story)
    .slice(HOLDS_BEFORE_WAIT)
    .filter(({ held }, n) => {
      const oldest = released[n]?.left;
      return oldest && held.at < oldest.first + COOLDOWN_MS - 2 * CLOCK_ERROR_MS;
    });
  const wrong = waits.filter(({ at, seconds }) => {
    const oldest = released.at(-HOLDS_BEFORE_WAIT)?.left;
    const until = at + seconds * 1_000;
    return (
      !oldest ||
      until < oldest.first + COOLDOWN_MS - 2 * CLOCK_ERROR_MS ||
      until > oldest.at + COOLDOWN_MS + 2 * CLOCK_ERROR_MS
    );
  });
  return [
    ...tooSoon.map(({ orderId }) => `held ${orderId} without a wait, after three that were released`),
    ...wrong.map(({ seconds }) => `had to wait ${seconds} s, after ${released.length} that were released`),
  ];
};

/** The buyer's last view of an order, compared with the tables. */
const differs = (order: Kept, userId: string, orders: Map<string, OrderFacts>): string[] => {
  const stands = orders.get(order.orderId);
  const { orderId, status, seats, total, payment } = order;
  if (stands?.userId !== userId) return [`${orderId} was promised, and is not there`];
  const found: string[] = [];
  if (isRevoked(stands) && (status === "confirmed" || status === "released")) return [];
  if (stands.status !== status) found.push(`${orderId} was told to be ${status}, and is ${stands.status}`);
  if (stands.total !== total) found.push(`${orderId} was told to cost ${total}, and costs ${stands.total}`);
  const names = (all: { seatId: string }[]) =>
    all
      .map(({ seatId }) => seatId)
      .sort()
      .join();
  if (names(stands.seats) !== names(seats))
    found.push(`${orderId} was told to have ${names(seats)}, and has ${names(stands.seats)}`);
  const approved = payment?.status === "approved";
  if (approved !== (status === "confirmed" || status === "refunded"))
    found.push(`${orderId} is ${status}, and its payment ${payment?.status}`);
  return found;
};

/** All false answers to buyers. */
export const untruths =
  (told: Told): Expectation =>
  (facts) => {
    const orders = new Map(facts.orders.map((order) => [order.orderId, order]));
    const known = new Set(told.stories.flatMap(ordersOf).map(({ orderId }) => orderId));
    const unknown = facts.orders
      .filter(({ orderId, status }) => !known.has(orderId) && status !== "held")
      .map(({ orderId, status }) => `${orderId} is ${status}, and its buyer was never told of it`);
    const taken = occupied(told, facts);
    const each = told.stories.flatMap((story) => {
      const lies = story.refusals.flatMap((refusal) => lie(told, taken, refusal) ?? []);
      return [...story.wrong, ...lies, ...wavered(story)]
        .map((sentence) => `${story.userId}: ${sentence}`)
        .concat(ordersOf(story).flatMap((order) => differs(order, story.userId, orders)));
    });
    return [...each, ...unknown, ...robbed(told, orders)];
  };
