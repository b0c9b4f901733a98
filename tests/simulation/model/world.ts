/** The model: a sale as a few plain objects and pure functions, small enough to check by reading. Times in epoch ms. */

export type Sale = {
  users: number;
  seats: number;
  price: number;
  maxSeatsPerOrder: number;
  maxSeatsPerUser: number;
  holdSeconds: number;
  /** Of each buyer at the beginning. */
  balance: number;
  queue: boolean;
  /** Seconds until the sale opens. */
  opensIn: number;
  maxActive: number;
  admitPerSecond: number;
  sessionSeconds: number;
};

export type Status = "held" | "paying" | "confirmed" | "refunding" | "refunded" | "released";
export type Attempt = {
  body: string;
  method: "points" | "card";
  status: "pending" | "approved" | "declined" | "refunded";
};
export type Order = {
  user: number;
  seats: string[];
  status: Status;
  payBy: number;
  until: number;
  /** By the request's key. */
  attempts: Record<string, Attempt>;
  paidBy?: string;
  /** The time of issue of its admission. */
  admittedAt?: number | undefined;
};
export type Basket = {
  open?: string;
  /** The end of the last hold, past or future; 0 if it was bought, or there was none. */
  until: number;
  /** The ends of the holds before it, the oldest first, without those before the last purchase. */
  ends: number[];
  bought: number;
  /** The last keys, the newest first. */
  used: { key: string; body: string; order: string }[];
  notBefore: number;
};
export type Place = { ordinal: number; admittedAt?: number; expires?: number; over?: boolean };

export type World = {
  set?: "paused" | "closed" | undefined;
  changedAt: number;
  seats: Record<string, { order: string; sold: boolean; until: number }>;
  orders: Record<string, Order>;
  baskets: Basket[];
  balances: number[];
  /** By user and key. */
  charges: Record<string, { body: string; balance: number }>;
  checkedIn: Record<string, boolean>;
  places: Record<number, Place>;
  /** The highest ordinal given so far, and the highest number called. */
  given: number;
  serving: number;
};

export type Rules = Sale & { opensAt: number; closesAt: number; cancelUntil: number };

export const begin = (sale: Sale, now: number): World => ({
  changedAt: now,
  seats: {},
  orders: {},
  baskets: Array.from({ length: sale.users }, () => ({ until: 0, ends: [], bought: 0, used: [], notBefore: 0 })),
  balances: Array.from({ length: sale.users }, () => sale.balance),
  charges: {},
  checkedIn: {},
  places: {},
  given: 0,
  serving: 0,
});

export const settleGraceMs = 90_000;
/** ms from the first of three holds that ended unpaid until the next one. */
const COOLDOWN = 600_000;
/** The number of keys in a basket. */
const MOST_KEYS = 10;
/** The number of attempts on an order. */
const maxAttempts = 20;
const isFull = ({ attempts }: Order): boolean => Object.keys(attempts).length >= maxAttempts;

/** A request to the sale, with all references resolved. `body` represents the request's bytes. */
export type Request =
  | { kind: "hold"; user: number; seats: string[] | number; key: string; body: string; admittedAt: number | undefined }
  | { kind: "pay"; user: number; order: string; method: "points" | "card"; key: string; body: string }
  | { kind: "cancel"; user: number; order: string }
  | { kind: "refund"; order: string }
  | { kind: "read"; user: number; order: string }
  | { kind: "wallet"; user: number }
  | { kind: "charge"; user: number; amount: number; key: string; body: string }
  | { kind: "checkIn"; order: string; seat: number }
  | { kind: "set"; status: "paused" | "closed" | "onsale" }
  | { kind: "settle"; user: number; order: string; key: string; body: string; acceptedAt: number };

/** An answer. `code` is the status, and the problem's code after it. */
export type Answer = {
  code: string;
  orderId?: string;
  status?: string;
  seats?: string[];
  balance?: number;
};

/** The expected answer, and the world after it; `seats` if the answer must name them. */
export type Verdict = {
  code: string;
  world: World;
  seats?: string[];
  status?: string;
  balance?: number;
  orderId?: string;
};

export const clone = (world: World): World => structuredClone(world);

const same = (world: World, code: string): Verdict => ({ world, code });

export const isTaken = (seat: World["seats"][string] | undefined, now: number): boolean =>
  seat !== undefined && (seat.sold || seat.until >= now);

export const onSale = (world: World, rules: Rules, now: number): boolean =>
  world.set === undefined && now >= rules.opensAt && now < rules.closesAt;

/** A hold that was not paid in time reads as expired. */
export const reads = (order: Order, now: number): string =>
  order.status === "held" && now > order.until ? "expired" : order.status;

type Of<K extends Request["kind"]> = Extract<Request, { kind: K }>;
type Case<K extends Request["kind"]> = { world: World; rules: Rules; now: number; request: Of<K>; answer: Answer };

/** The ends of holds that count for the next hold, the oldest first. */
const endsOf = ({ ends, until }: Basket): number[] => (until > 0 ? [...ends, until] : ends);

/** Precedence: replay or mismatch, an open order, the limit, a spent admission, the cooldown, the seats. */
const hold = ({ world, rules, now, request, answer }: Case<"hold">): Verdict => {
  const { user, key, body, admittedAt } = request;
  const basket = world.baskets[user] as Basket;
  const wanted = typeof request.seats === "number" ? request.seats : request.seats.length;
  const refusal = () => {
    if (!onSale(world, rules, now)) return "409 event.not_onsale";
    if (rules.queue && admittedAt === undefined) return "403 queue.admission_required";
    if (basket.open !== undefined && basket.until >= now) return "409 order.open_exists";
    if (wanted > rules.maxSeatsPerOrder || basket.bought + wanted > rules.maxSeatsPerUser)
      return "409 order.limit_reached";
    if (rules.queue && basket.notBefore >= (admittedAt ?? 0)) return "403 queue.admission_required";
    const third = endsOf(basket).at(-3);
    return third !== undefined && third > now - COOLDOWN ? "409 order.cooldown" : undefined;
  };
  const used = basket.used.find((one) => one.key === key);
  if (used) {
    if (used.body !== body) return same(world, "422 request.idempotency_mismatch");
    const before = world.orders[used.order] as Order;
    return { world, code: "201", orderId: used.order, seats: before.seats, status: reads(before, now) };
  }
  const refused = refusal();
  if (refused) return same(world, refused);
  const chosen = typeof request.seats === "number" ? pick(world, rules, now, request.seats, answer) : request.seats;
  if (!chosen) return same(world, "409 seat.none_left");
  const taken = chosen.filter((seat) => isTaken(world.seats[seat], now));
  if (taken.length > 0) return { world, code: "409 seat.taken", seats: taken };
  return held(clone(world), { rules, now, request, answer, chosen });
};

/** The product chooses the seats of a pick, as long as they are free; the model only has their number. */
const pick = (
  world: World,
  rules: Rules,
  now: number,
  quantity: number,
  { seats = [] }: Answer,
): string[] | undefined => {
  const free = seatIds(rules).filter((seat) => !isTaken(world.seats[seat], now));
  if (free.length < quantity) return undefined;
  const right = new Set(seats).size === quantity && seats.every((seat) => free.includes(seat));
  return right ? seats : free.slice(0, quantity);
};

export const seatIds = ({ seats }: Sale): string[] => Array.from({ length: seats }, (_, n) => `A-1-${n + 1}`);

const held = (
  world: World,
  { rules, now, request, answer, chosen }: Omit<Case<"hold">, "world"> & { chosen: string[] },
): Verdict => {
  const { user, key, body, admittedAt } = request;
  const orderId = answer.orderId ?? "none";
  const payBy = now + rules.holdSeconds * 1000;
  const until = payBy + settleGraceMs;
  world.orders[orderId] = { user, seats: chosen, status: "held", payBy, until, attempts: {}, admittedAt };
  for (const seat of chosen) world.seats[seat] = { order: orderId, sold: false, until };
  const basket = world.baskets[user] as Basket;
  const used = [{ key, body, order: orderId }, ...basket.used].slice(0, MOST_KEYS);
  world.baskets[user] = { ...basket, open: orderId, until, ends: endsOf(basket).slice(-2), used };
  return { world, code: "201", seats: chosen, status: "held" };
};

const owned = (world: World, user: number, orderId: string): Order | undefined =>
  world.orders[orderId]?.user === user ? world.orders[orderId] : undefined;

const pay = ({ world, now, request }: Case<"pay">): Verdict => {
  const order = owned(world, request.user, request.order);
  if (!order) return same(world, "404 order.not_found");
  const before = order.attempts[request.key];
  if (before) return same(world, before.body === request.body ? "202" : "422 request.idempotency_mismatch");
  if (order.status === "held" && now > order.payBy) return same(world, "409 order.expired");
  return same(world, order.status === "held" && !isFull(order) ? "202" : "409 order.not_payable");
};

const free = (world: World, orderId: string, seats: string[]) => {
  for (const seat of seats) if (world.seats[seat]?.order === orderId) delete world.seats[seat];
};

const release = (before: World, orderId: string, now: number): Verdict => {
  const world = clone(before);
  const order = world.orders[orderId] as Order;
  const basket = world.baskets[order.user] as Basket;
  order.status = "released";
  if (basket.open === orderId) {
    delete basket.open;
    basket.until = Math.min(now, basket.until);
  }
  free(world, orderId, order.seats);
  return same(world, "204");
};

/** Points are returned at once, a card's money later. */
const giveBack = (before: World, orderId: string): Verdict => {
  const { status, seats } = before.orders[orderId] as Order;
  if (status === "refunding" || status === "refunded") return same(before, "202");
  if (status !== "confirmed") return same(before, "409 order.not_cancellable");
  if (seats.some((_, n) => before.checkedIn[`${orderId} ${n}`])) return same(before, "409 order.not_cancellable");
  const world = clone(before);
  const order = world.orders[orderId] as Order;
  const attempt = order.attempts[order.paidBy ?? ""] as Attempt;
  const basket = world.baskets[order.user] as Basket;
  basket.bought -= seats.length;
  free(world, orderId, seats);
  order.status = attempt.method === "card" ? "refunding" : "refunded";
  return same(world, "202");
};

const cancel = ({ world, rules, now, request }: Case<"cancel">): Verdict => {
  const order = owned(world, request.user, request.order);
  if (!order) return same(world, "404 order.not_found");
  if (order.status === "held") return release(world, request.order, now);
  if (order.status === "released") return same(world, "204");
  if (order.status === "confirmed" && now > rules.cancelUntil) return same(world, "409 order.not_cancellable");
  return credited(giveBack(world, request.order), world, rules, request.order);
};

/** The points returned by a refund. */
const credited = (verdict: Verdict, before: World, rules: Rules, orderId: string): Verdict => {
  const order = verdict.world.orders[orderId] as Order;
  if (before.orders[orderId]?.status !== "confirmed" || order.status !== "refunded") return verdict;
  verdict.world.balances[order.user] = (verdict.world.balances[order.user] ?? 0) + order.seats.length * rules.price;
  return verdict;
};

const charge = ({ world, request }: Case<"charge">): Verdict => {
  const name = `${request.user} ${request.key}`;
  const before = world.charges[name];
  if (before && before.body !== request.body) return same(world, "422 request.idempotency_mismatch");
  if (before) return { world, code: "201", balance: before.balance };
  const next = clone(world);
  const balance = (next.balances[request.user] ?? 0) + request.amount;
  next.balances[request.user] = balance;
  next.charges[name] = { body: request.body, balance };
  return { world: next, code: "201", balance };
};

const checkIn = ({ world, request: { order, seat } }: Case<"checkIn">): Verdict => {
  if (world.orders[order]?.status !== "confirmed") return same(world, "422 ticket.invalid");
  const name = `${order} ${seat}`;
  if (world.checkedIn[name]) return same(world, "409 ticket.already_used");
  const next = clone(world);
  next.checkedIn[name] = true;
  return same(next, "201");
};

/** A payment by points is decided by its first message, and once. */
const settle = ({ world: before, rules, request }: Case<"settle">): Verdict => {
  const { key, body, acceptedAt } = request;
  const order = before.orders[request.order];
  const done = same(before, "settled");
  if (!order || acceptedAt > order.payBy || order.attempts[key] || order.status !== "held" || isFull(order))
    return done;
  const world = clone(before);
  const moved = world.orders[request.order] as Order;
  const basket = world.baskets[order.user] as Basket;
  const balance = world.balances[order.user] ?? 0;
  const cost = order.seats.length * rules.price;
  const mine = order.seats.every((seat) => world.seats[seat]?.order === request.order);
  if (balance < cost || !mine || basket.open !== request.order) {
    moved.attempts[key] = { body, method: "points", status: "declined" };
    return same(world, "settled");
  }
  moved.attempts[key] = { body, method: "points", status: "approved" };
  confirm(world, request.order, key);
  world.balances[order.user] = balance - cost;
  return same(world, "settled");
};

/** The seats are sold, and the buyer's admission is spent. */
export const confirm = (world: World, orderId: string, key: string): void => {
  const order = world.orders[orderId] as Order;
  const basket = world.baskets[order.user] as Basket;
  order.status = "confirmed";
  order.paidBy = key;
  for (const seat of order.seats) world.seats[seat] = { order: orderId, sold: true, until: 0 };
  delete basket.open;
  Object.assign(basket, { until: 0, ends: [] });
  basket.bought += order.seats.length;
  basket.notBefore = Math.max(basket.notBefore, order.admittedAt ?? 0);
};

/** The expected answer to a request in this world, and the world after it. */
export const judge = (given: {
  world: World;
  rules: Rules;
  now: number;
  request: Request;
  answer: Answer;
}): Verdict => {
  const { world, rules, now, request } = given;
  const of = <K extends Request["kind"]>() => given as Case<K>;
  switch (request.kind) {
    case "hold":
      return hold(of<"hold">());
    case "pay":
      return pay(of<"pay">());
    case "cancel":
      return cancel(of<"cancel">());
    case "refund":
      return credited(giveBack(world, request.order), world, rules, request.order);
    case "read": {
      const order = owned(world, request.user, request.order);
      return order
        ? { world, code: "200", status: reads(order, now), seats: order.seats }
        : same(world, "404 order.not_found");
    }
    case "wallet":
      return { world, code: "200", balance: world.balances[request.user] ?? 0 };
    case "charge":
      return charge(of<"charge">());
    case "checkIn":
      return checkIn(of<"checkIn">());
    case "set": {
      const { set: _, ...rest } = clone(world);
      return same({ ...rest, ...(request.status !== "onsale" && { set: request.status }), changedAt: now }, "200");
    }
    case "settle":
      return settle(of<"settle">());
  }
};
