/** Seats and orders agree, seen from either side. */
import { type Facts, type Finding, group, type Invariant, isLive, isOpen, seatName, sum } from "./invariant.ts";
import type { OrderFacts } from "./snapshot.ts";

const seatsOf = (order: OrderFacts) => order.seats.map((seat) => seatName({ ...seat, eventId: order.eventId }));

/** Judged by the orders alone, so that it holds even if the Seats table is wrong. */
const oneLiveOrder = ({ orders, at }: Facts): Finding => {
  const claims = orders
    .filter((order) => isLive(order, at))
    .flatMap((order) => seatsOf(order).map((seat) => ({ seat, order })));
  const wanted = group(claims, ({ seat }) => seat);
  const violations = [...wanted]
    .filter(([, claimants]) => claimants.length > 1)
    .map(([seat, claimants]) => `${seat} is in ${claimants.map(({ order }) => order.orderId).join(" and ")}`);
  return { looked: wanted.size, violations };
};

const soldToTheConfirmed = ({ orders, seats, seat: at, order: byId }: Facts): Finding => {
  const confirmed = orders.filter(({ status }) => status === "confirmed");
  const missing = confirmed.flatMap((order) =>
    order.seats.flatMap((wanted) => {
      const name = seatName({ ...wanted, eventId: order.eventId });
      const seat = at.get(name);
      if (seat?.state !== "sold" || seat.orderId !== order.orderId)
        return [`${order.orderId} is confirmed, but ${name} is ${seat ? `${seat.state} to ${seat.orderId}` : "free"}`];
      return seat.price === wanted.price ? [] : [`${name} was sold for ${seat.price}, ordered for ${wanted.price}`];
    }),
  );
  const sold = seats.filter(({ state }) => state === "sold");
  const strangers = sold
    .filter(({ orderId, seatId, sectionId }) => {
      const order = byId.get(orderId);
      const listed = order?.seats.some((seat) => seat.seatId === seatId && seat.sectionId === sectionId);
      return order?.status !== "confirmed" || !listed;
    })
    .map(
      (seat) =>
        `${seatName(seat)} is sold to ${seat.orderId}, which ${byId.get(seat.orderId)?.status ?? "is not there"}`,
    );
  return { looked: confirmed.length + sold.length, violations: [...missing, ...strangers] };
};

const heldByTheHolding = ({ orders, seats, seat: byName, order: byId, at }: Facts): Finding => {
  const holding = orders.filter((order) => order.status !== "confirmed" && isLive(order, at));
  const missing = holding.flatMap((order) =>
    seatsOf(order)
      .filter((name) => byName.get(name)?.orderId !== order.orderId)
      .map((name) => `${order.orderId} is ${order.status}, but does not have ${name}`),
  );
  const held = seats.filter((seat) => seat.state === "held" && (seat.heldUntil ?? 0) >= at);
  const strangers = held
    .filter((seat) => {
      const order = byId.get(seat.orderId);
      return !order || !["held", "paying"].includes(order.status) || !seatsOf(order).includes(seatName(seat));
    })
    .map(
      (seat) =>
        `${seatName(seat)} is held by ${seat.orderId}, which is ${byId.get(seat.orderId)?.status ?? "not there"}`,
    );
  return { looked: holding.length + held.length, violations: [...missing, ...strangers] };
};

const withinCapacity = ({ events, seats, at }: Facts): Finding => {
  const taken = group(
    seats.filter((seat) => seat.state === "sold" || (seat.heldUntil ?? 0) >= at),
    ({ eventId, sectionId }) => `${eventId}/${sectionId}`,
  );
  const sections = events.flatMap(({ eventId, sections }) =>
    sections.map(({ sectionId, capacity }) => ({ name: `${eventId}/${sectionId}`, capacity })),
  );
  const known = new Set(sections.map(({ name }) => name));
  const over = sections
    .map(({ name, capacity }) => ({ name, capacity, count: taken.get(name)?.length ?? 0 }))
    .filter(({ capacity, count }) => count > capacity)
    .map(({ name, capacity, count }) => `${name} has ${capacity} seats, ${count} are taken`);
  const nowhere = [...taken.keys()]
    .filter((name) => !known.has(name))
    .map((name) => `${name} is no section, but sells`);
  return { looked: sections.length, violations: [...over, ...nowhere] };
};

const withinLimits = ({ events, orders, baskets, at }: Facts): Finding => {
  const limits = new Map(events.map((event) => [event.eventId, event]));
  const mine = group(
    orders.filter((order) => isLive(order, at)),
    ({ userId, eventId }) => `${userId} ${eventId}`,
  );
  const over = [...mine.values()].flatMap((own) => {
    const [{ userId, eventId }] = own as [OrderFacts];
    const limit = limits.get(eventId);
    const count = sum(own, ({ seats }) => seats.length);
    if (!limit || count <= limit.maxSeatsPerUser) return [];
    return [`${userId} has ${count} seats of ${eventId}, which allows ${limit.maxSeatsPerUser}`];
  });
  const large = orders
    .filter(({ eventId, seats }) => seats.length > (limits.get(eventId)?.maxSeatsPerOrder ?? Number.POSITIVE_INFINITY))
    .map(({ orderId, seats }) => `${orderId} has ${seats.length} seats`);
  const miscounted = baskets.flatMap(({ userId, eventId, bought }) => {
    const own = (mine.get(`${userId} ${eventId}`) ?? []).filter(({ status }) => status === "confirmed");
    const count = sum(own, ({ seats }) => seats.length);
    return count === bought ? [] : [`${userId}'s basket counts ${bought} seats of ${eventId}, their orders ${count}`];
  });
  return { looked: mine.size + baskets.length, violations: [...over, ...large, ...miscounted] };
};

const ticketOrder = (ticketId: string): string => `ord_${ticketId.slice("tkt_".length, "tkt_".length + 26)}`;

const checkedInConfirmed = ({ checkIns, order }: Facts): Finding => {
  const judged = checkIns.map((checkIn) => ({ ...checkIn, order: order.get(ticketOrder(checkIn.ticketId)) }));
  const isValid = (order: OrderFacts) => order.status === "confirmed" || order.forced !== undefined;
  const wrong = judged.filter(({ userId, order }) => !order || !isValid(order) || order.userId !== userId);
  return {
    looked: checkIns.length,
    open: judged.filter(({ order }) => order && isOpen(order)).length,
    violations: wrong.map(
      ({ ticketId, order }) => `${ticketId} was checked in, its order ${order?.status ?? "is not there"}`,
    ),
  };
};

/** A ticket of a refunded order may stay checked in. Its seat is free, or another order's. */
const markedIfIn = ({ checkIns, seats, seat: at, order: byId }: Facts): Finding => {
  const entered = checkIns.flatMap(({ ticketId }) => {
    const order = byId.get(ticketOrder(ticketId));
    const seat = order?.status === "confirmed" ? order.seats[Number(ticketId.split("_")[2]) - 1] : undefined;
    return order && seat ? [{ ticketId, seat: seatName({ ...seat, eventId: order.eventId }) }] : [];
  });
  const missing = entered
    .filter(({ seat }) => !at.get(seat)?.entered)
    .map(({ ticketId, seat }) => `${ticketId} is checked in, but ${seat} is not marked`);
  const own = new Set(entered.map(({ seat }) => seat));
  const marked = seats.filter((seat) => seat.entered);
  const strangers = marked
    .filter((seat) => !own.has(seatName(seat)))
    .map((seat) => `${seatName(seat)} is marked, but no ticket of ${seat.orderId} is checked in`);
  return { looked: entered.length + marked.length, violations: [...missing, ...strangers] };
};

export const seats: Invariant[] = [
  { name: "no seat in two live orders", check: oneLiveOrder },
  { name: "confirmed order ⇔ its seats sold to it", check: soldToTheConfirmed },
  { name: "held order ⇔ its seats held by it", check: heldByTheHolding },
  { name: "never above capacity", check: withinCapacity },
  { name: "never above a user's limit", check: withinLimits },
  { name: "checked in ⇒ confirmed, or refunded on purpose", check: checkedInConfirmed },
  { name: "checked in ⇔ its seat marked", check: markedIfIn },
];
