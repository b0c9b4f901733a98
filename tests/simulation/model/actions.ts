/**
 * The possible actions in a sale, as plain data. Indices are taken modulo the number of objects, so that a reduced script still has a
 * meaning.
 */
import fc from "fast-check";
import { type ProviderName, providers } from "#core/gateway/index.ts";
import type { Behaviour } from "#tests/integration/gateway/contract/gateway.ts";
import type { Sale } from "./world.ts";

export type Action =
  | { kind: "hold"; user: number; seats: number[]; key: number }
  | { kind: "pick"; user: number; quantity: number; key: number }
  | { kind: "pay"; user: number; order: number; token: Means; from: ProviderName; key: number }
  | { kind: "cancel" | "read"; user: number; order: number }
  | { kind: "wallet" | "join" | "claim" | "enter" | "exit"; user: number }
  | { kind: "buy"; user: number; quantity: number }
  | { kind: "waver"; user: number; times: number }
  | { kind: "charge"; user: number; amount: number; token: string; key: number }
  | { kind: "status" | "reconcile" | "crowd" }
  | { kind: "set"; status: "paused" | "closed" | "onsale" }
  | { kind: "tune"; maxActive: number }
  | { kind: "refund"; order: number }
  | { kind: "checkIn"; order: number; seat: number }
  | { kind: "settle"; at: number; again: boolean }
  | { kind: "leave" | "mail"; again: boolean }
  | { kind: "decide"; at: number }
  | { kind: "webhook"; at: number; again: boolean }
  | { kind: "pass"; until: "a moment" | "seconds" | "payBy" | "heldUntil" | "session" | "15 minutes"; order: number }
  | { kind: "together"; actions: Action[]; stepped: boolean };

/** The caller: nearly always the order's owner. */
const user = () => fc.nat({ max: 3 });
const order = () => fc.nat({ max: 23 });
const key = () => fc.nat({ max: 5 });
const stranger = () => fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });
const kind = <K extends Action["kind"]>(name: K) => fc.constant(name);

/** If a gateway has no card for a behaviour, the payment is approved there. */
export const cards = [
  ...(["approved", "declined", "silentBefore", "silentAfter", "laterApproved", "laterDeclined"] as const),
  ...(["webhookEarly", "webhookTwice", "webhookForged", "challenged", "captureExpired"] as const),
] as const satisfies Behaviour[];
export type Means = "points" | (typeof cards)[number];
const points = { weight: 12, arbitrary: fc.constant<Means>("points") };
const token = () => fc.oneof(points, { weight: 6, arbitrary: fc.constantFrom<Means>(...cards) });
const from = () => fc.constantFrom(...providers);
const chargeToken = () =>
  fc.oneof({ weight: 6, arbitrary: fc.constant("free") }, { weight: 2, arbitrary: fc.constantFrom<string>(...cards) });
const again = () => fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const buyer = {
  hold: fc.record({
    kind: kind("hold"),
    user: user(),
    seats: fc.uniqueArray(fc.nat({ max: 5 }), { minLength: 1, maxLength: 3 }),
    key: key(),
  }),
  pick: fc.record({ kind: kind("pick"), user: user(), quantity: fc.integer({ min: 1, max: 3 }), key: key() }),
  pay: fc.record({ kind: kind("pay"), user: stranger(), order: order(), token: token(), from: from(), key: key() }),
  cancel: fc.record({ kind: kind("cancel"), user: stranger(), order: order() }),
  read: fc.record({ kind: kind("read"), user: stranger(), order: order() }),
  wallet: fc.record({ kind: kind("wallet"), user: user() }),
  waver: fc.record({ kind: kind("waver"), user: user(), times: fc.integer({ min: 2, max: 4 }) }),
  buy: fc.record({ kind: kind("buy"), user: user(), quantity: fc.integer({ min: 1, max: 3 }) }),
  charge: fc.record({
    kind: kind("charge"),
    user: user(),
    amount: fc.integer({ min: 1, max: 300 }),
    token: chargeToken(),
    key: key(),
  }),
};

const organiser = {
  set: fc.record({
    kind: kind("set"),
    status: fc.constantFrom(
      "paused" as const,
      "closed" as const,
      "onsale" as const,
      "onsale" as const,
      "onsale" as const,
    ),
  }),
  refund: fc.record({ kind: kind("refund"), order: order() }),
  checkIn: fc.record({ kind: kind("checkIn"), order: order(), seat: fc.nat({ max: 2 }) }),
};

const freeCharge = buyer.charge.map((charge) => ({ ...charge, token: "free" }));
const settle = fc.record({ kind: kind("settle"), at: fc.nat({ max: 5 }), again: again() });

/** Actions that can run simultaneously and still have their answers checked. */
const atOnce: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: buyer.hold },
  { weight: 3, arbitrary: buyer.pick },
  { weight: 3, arbitrary: buyer.pay },
  { weight: 4, arbitrary: buyer.cancel },
  { weight: 1, arbitrary: buyer.read },
  { weight: 2, arbitrary: freeCharge },
  { weight: 2, arbitrary: organiser.refund },
  { weight: 3, arbitrary: organiser.checkIn },
  { weight: 8, arbitrary: settle },
);

const pass = fc.record({
  kind: kind("pass"),
  until: fc.constantFrom(
    "a moment" as const,
    "seconds" as const,
    "seconds" as const,
    "payBy" as const,
    "heldUntil" as const,
    "session" as const,
    "15 minutes" as const,
  ),
  order: order(),
});

const line: fc.Arbitrary<Action>[] = [
  ...(["join", "claim", "enter", "enter", "enter", "enter", "exit"] as const).map((name) =>
    fc.record({ kind: kind(name), user: user() }),
  ),
  fc.constant({ kind: "status" } as const),
  ...Array.from({ length: 3 }, () => fc.constant({ kind: "crowd" } as const)),
  // the record of a purchase is delivered again when its buyer is back in line
  ...Array.from({ length: 2 }, () => fc.record({ kind: kind("leave"), again: fc.boolean() })),
  fc.record({ kind: kind("tune"), maxActive: fc.integer({ min: 1, max: 3 }) }),
];

const several = fc.array(atOnce, { minLength: 2, maxLength: 3 });

/** All of one buyer's first order or last message, where races are likely. */
const onOne = (actions: Action[], user: number, order: number): Action[] =>
  actions.map((action) => ({
    ...action,
    ...("user" in action && "order" in action ? { user: 0 } : "user" in action && { user }),
    ...("order" in action && { order }),
  }));

/** Pairs in which one takes or undoes what the other does. */
const rivals = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(organiser.checkIn, fc.oneof(organiser.refund, buyer.cancel)) },
  fc.tuple(organiser.refund, buyer.cancel),
  fc.tuple(settle, fc.oneof(buyer.cancel, settle, freeCharge)),
  fc.tuple(buyer.cancel, fc.oneof(buyer.hold, buyer.pick, buyer.pay)),
);

const together = fc.oneof(
  fc
    .record({ actions: rivals, stepped: fc.boolean(), user: user(), order: order() })
    .map(({ actions, stepped, user, order }) => ({
      ...{ kind: "together" as const, stepped },
      actions: onOne(actions, user, order),
    })),
  // the same action two or three times at once
  fc
    .record({ action: atOnce, times: fc.integer({ min: 2, max: 3 }), stepped: fc.boolean() })
    .map(({ action, times, stepped }) => ({
      ...{ kind: "together" as const, stepped },
      actions: Array.from({ length: times }, () => (action.kind === "settle" ? { ...action, again: true } : action)),
    })),
  fc.record({ kind: kind("together"), actions: several, stepped: fc.boolean() }),
  fc
    .record({ actions: several, stepped: fc.boolean(), user: user(), order: order() })
    .map(({ actions, stepped, user, order }) => ({
      ...{ kind: "together" as const, stepped },
      actions: onOne(actions, user, order),
    })),
);

/** One action, weighted by its usefulness. */
export const actions = ({ queue }: { queue: boolean }): fc.Arbitrary<Action>[] => {
  const often = <T>(times: number, arbitrary: fc.Arbitrary<T>) => Array.from({ length: times }, () => arbitrary);
  return [
    ...often(7, buyer.hold),
    ...often(4, buyer.pick),
    ...often(8, buyer.pay),
    ...often(3, buyer.cancel),
    ...often(3, buyer.read),
    ...often(2, buyer.wallet),
    ...often(4, buyer.buy),
    ...often(2, buyer.waver),
    ...often(3, buyer.charge),
    organiser.set,
    ...often(2, organiser.refund),
    ...often(3, organiser.checkIn),
    ...often(9, settle),
    ...often(3, fc.record({ kind: fc.constantFrom("leave" as const, "mail" as const), again: fc.boolean() })),
    fc.constant({ kind: "reconcile" } as const),
    ...often(2, fc.record({ kind: kind("decide"), at: fc.nat({ max: 3 }) })),
    ...often(2, fc.record({ kind: kind("webhook"), at: fc.nat({ max: 3 }), again: again() })),
    ...often(4, pass),
    ...often(9, together),
    ...(queue ? [...line, ...line] : []),
  ];
};

/** The faults of a run: those kinds that a run in one process can check. */
const failing = [
  ...(["dynamo.throttled", "dynamo.conflict", "dynamo.late", "dynamo.repeated", "dynamo.slow"] as const),
  ...(["sqs.refused", "sqs.late", "sqs.duplicate", "sqs.poison", "stream.duplicate", "stream.late"] as const),
  ...([
    "gateway.slow",
    "gateway.dead",
    "gateway.silent",
    "gateway.failing",
    "gateway.twice",
    "gateway.refusing",
  ] as const),
  ...(["ses.refusing", "ses.throttled", "ses.slow"] as const),
  ...(["lambda.killed", "lambda.timeout", "lambda.frozen"] as const),
];
const clocks = ["clock.ahead", "clock.behind"] as const;
/** Redis may be down, but loses nothing: other tests play lost data, and clocks for which the line waits. */
const redis = ["redis.slow", "redis.down", "redis.late", "redis.refusing", "redis.scripts"] as const;

type Failing = (typeof failing | typeof clocks | typeof redis)[number];
export type Trouble = { kinds: Failing[]; rate: number; seed: number };

export const troubles = ({ queue }: { queue: boolean }): fc.Arbitrary<Trouble> => {
  const some = (of: readonly Failing[], minLength: number, maxLength: number) =>
    fc.subarray([...of], { minLength, maxLength });
  const kinds = queue
    ? fc.tuple(some(redis, 1, 2), some(failing, 0, 2)).map((both): Failing[] => both.flat())
    : some([...failing, ...clocks], 1, 4);
  return fc.record({ kinds, rate: fc.constantFrom(0.03, 0.1, 0.3), seed: fc.nat({ max: 1_000_000 }) });
};

/** Small sales, so that conflicts are frequent. */
export const sales: fc.Arbitrary<Sale> = fc.record({
  users: fc.integer({ min: 2, max: 4 }),
  seats: fc.integer({ min: 2, max: 6 }),
  price: fc.constant(100),
  maxSeatsPerOrder: fc.integer({ min: 2, max: 3 }),
  maxSeatsPerUser: fc.integer({ min: 2, max: 4 }),
  holdSeconds: fc.constantFrom(5, 30, 300),
  balance: fc.constantFrom(0, 250, 1_000, 1_000),
  queue: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  opensIn: fc.constantFrom(-60, 10, 30),
  maxActive: fc.integer({ min: 1, max: 3 }),
  admitPerSecond: fc.constantFrom(1, 10),
  sessionSeconds: fc.constantFrom(20, 120),
});
