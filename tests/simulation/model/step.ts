/** One action at a sale: done for real, and its answer held against the model's. */
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { MailFacts } from "#ops/audit/index.ts";
import type { Action } from "./actions.ts";
import {
  type Ask,
  ask,
  byPoints,
  charge,
  codeOf,
  deliver,
  NEWEST,
  NEWEST_HELD,
  orderOf,
  parse,
  settlement,
  take,
} from "./ask.ts";
import { differences } from "./differences.ts";
import { queue } from "./line.ts";
import { observe, Violation } from "./observed.ts";
import { resync } from "./resync.ts";
import { type Room, snapshot } from "./room.ts";
import { within } from "./seams.ts";
import { type Answer, clone, judge, type Order, type Request, type Verdict, type World } from "./world.ts";

/** ms in which the gateway does what it does after its answer. */
const GATEWAY = 3;

const note = (room: Room, answer: Answer) => {
  if (answer.orderId && answer.code === "201" && !room.orders.includes(answer.orderId))
    room.orders.push(answer.orderId);
};

/** What differs between the answer and the verdict; undefined if nothing does. */
const fault = ({ code, seats, status, balance, orderId }: Verdict, answer: Answer): string | undefined => {
  const list = (some: string[] | undefined) => [...(some ?? [])].sort().join();
  if (answer.code !== code) return `${code} was due, ${answer.code} came`;
  if (seats && list(seats) !== list(answer.seats)) return `seats ${list(seats)} were due, ${list(answer.seats)} came`;
  if (status && status !== answer.status) return `status ${status} was due, ${answer.status} came`;
  if (balance !== undefined && balance !== answer.balance) return `${balance} points were due, ${answer.balance} came`;
  if (orderId && orderId !== answer.orderId) return `order ${orderId} was due, ${answer.orderId} came`;
  return undefined;
};

type Case = { room: Room; world: World };

/** What is made of several actions counts as what it is made of. */
export const count = (room: Room, { kind }: Action) => {
  const { tally } = room;
  if (kind === "buy" || kind === "waver") return;
  tally.actions++;
  room.actions++;
  tally.kinds[kind] = (tally.kinds[kind] ?? 0) + 1;
};

const single = async ({ room, world }: Case, { request, send }: Ask): Promise<World> => {
  const { now } = room.outside;
  const answer = await send();
  note(room, answer);
  const verdict = judge({ world, rules: room.rules, now, request, answer });
  const wrong = fault(verdict, answer);
  if (wrong) throw new Violation(`${JSON.stringify(request)}: ${wrong}`);
  return verdict.world;
};

type Answered = { request: Request; answer: Answer };

/** Of several at once, what nobody could decide has changed nothing. */
const undecided = (world: World, { request, answer }: Answered): boolean => {
  if (answer.code.startsWith("503") || answer.code === "again") return true;
  // it was paid while it was being released
  const late = request.kind === "cancel" && answer.code === "409 order.not_cancellable";
  return late && world.orders[request.order]?.status === "confirmed";
};

/** Every world that some order of these answers leads to. */
const worlds = (room: Room, world: World, answered: Answered[]): World[] => {
  if (answered.length === 0) return [world];
  return answered.flatMap((one, index) => {
    const rest = answered.filter((_, other) => other !== index);
    const verdict = judge({ world, rules: room.rules, now: room.outside.now, ...one });
    const after = undecided(world, one) ? world : fault(verdict, one.answer) ? undefined : verdict.world;
    return after ? worlds(room, after, rest) : [];
  });
};

/** Each request goes on to its next call of DynamoDB when the scheduler says so, one at a time. */
const stepped = async ({ scheduler, outside }: Room, sends: (() => Promise<Answer>)[]): Promise<Answer[]> => {
  let running = sends.length;
  let parked = 0;
  const gate = async () => {
    parked++;
    await scheduler.schedule(Promise.resolve());
    parked--;
  };
  const all = Promise.all(sends.map((send) => within(outside, { gate }, send).finally(() => running--)));
  all.catch(() => {}); // it is awaited below, when all are over
  while (running > 0) {
    // a request may wait for another's: then nobody waits for it
    for (let tries = 0; parked < running && tries < 40; tries++) await (tries < 30 ? setImmediate() : sleep(1));
    if (scheduler.count() > 0) await scheduler.waitNext(1);
    await setImmediate();
  }
  return all;
};

/** Several requests at once: there must be an order in which the model gives these answers. */
const together = async ({ room, world }: Case, action: Extract<Action, { kind: "together" }>): Promise<World> => {
  if (room.ground.inTurn) {
    let after = world;
    for (const one of action.actions) {
      const asked = await ask(room, after, one);
      if (asked) after = await single({ room, world: after }, asked);
    }
    return after;
  }
  const asks: Ask[] = [];
  for (const one of action.actions) asks.push(...[(await ask(room, world, one)) ?? []].flat());
  if (asks.length < 2) return asks[0] ? single({ room, world }, asks[0]) : world;
  room.tally.schedules++;
  room.tally.actions += asks.length - 1;
  room.actions += asks.length - 1;
  const sends = asks.map(({ send }) => send);
  const answers = action.stepped ? await stepped(room, sends) : await Promise.all(sends.map((send) => send()));
  for (const answer of answers) note(room, answer);
  const answered = asks.map(({ request }, index) => ({ request, answer: answers[index] as Answer }));
  const possible = [...new Map(worlds(room, world, answered).map((one) => [JSON.stringify(one), one])).values()];
  if (possible.length === 1) return possible[0] as World;
  const facts = await snapshot(room);
  const fitting = possible.find((one) => differences(room, one, facts).length === 0);
  if (fitting) return fitting;
  const told = answered.map(({ request, answer }) => `${JSON.stringify(request)} → ${JSON.stringify(answer)}`);
  throw new Violation(`no order of these explains their answers:\n  ${told.join("\n  ")}`);
};

/** Cards that pay as soon as they are asked, within the ten minutes of a window. */
const isInstant = ({ outside, cards }: Room, { token, provider }: Record<string, unknown>): boolean => {
  const { behaviour = "", from, at = 0 } = cards.get(String(token)) ?? {};
  if (from !== provider) return false; // another gateway took payments when it came
  if (from === "toss" && (behaviour === "silentAfter" || outside.now - at > 590_000)) return false;
  return ["approved", "silentAfter", "webhookEarly"].includes(behaviour);
};

/** Whether a card's payment must have gone through, now that its message was delivered. */
const mustConfirm = (room: Room, world: World, order: Order | undefined, message: Record<string, unknown>): boolean => {
  if (order?.status !== "held" || order.attempts[message.attemptId as string]) return false;
  const mine = order.seats.every((seat) => world.seats[seat]?.order === message.orderId);
  const open = world.baskets[order.user]?.open === message.orderId;
  return mine && open && (message.acceptedAt as number) <= order.payBy && isInstant(room, message);
};

/** A message of a card: the world is what is seen after it. */
const byCard = async ({ room, world }: Case, body: string): Promise<World> => {
  const message = parse(body);
  const [owner, orderId, chargeId] = (message.reference ?? `${message.userId}.${message.orderId}.`).split(".");
  const user = room.buyers.findIndex(({ userId }) => userId === owner);
  const charged = room.charges.get(String(message.chargeId ?? (orderId === "wallet" ? chargeId : "")));
  const answer = await deliver(room, body);
  await sleep(GATEWAY);
  const after = await observe(room, world, [user], charged?.amount);
  const order = world.orders[message.orderId ?? ""];
  if (message.kind === "payment" && mustConfirm(room, world, order, message))
    if (after.orders[message.orderId ?? ""]?.status !== "confirmed")
      throw new Violation(`${message.token} was to pay ${message.orderId}, and did not (${answer.code})`);
  return after;
};

const settle = async (known: Case, action: { at: number; again: boolean }): Promise<World> => {
  const { room, world } = known;
  const body = take(room, action);
  if (body === undefined) return world;
  return byPoints(parse(body)) ? single(known, settlement(room, world, body)) : byCard(known, body);
};

const chargeByCard = async ({ room, world }: Case, action: Extract<Action, { kind: "charge" }>): Promise<World> => {
  const { request, send } = charge(room, action);
  const { user, amount, key } = request as Extract<Request, { kind: "charge" }>;
  if (!room.charges.has(key)) room.charges.set(key, { user, amount });
  const { code } = await send();
  await sleep(GATEWAY);
  if (
    ![
      "201",
      "202",
      "402 wallet.charge_declined",
      "422 request.idempotency_mismatch",
      "503 wallet.charge_pending",
    ].includes(code)
  )
    throw new Violation(`${JSON.stringify(request)}: ${code}`);
  return observe(room, world, [user], room.charges.get(key)?.amount);
};

/** Hands what the stream brought to its consumer, each record by itself. */
const tell = async ({ room, world }: Case, to: "leave" | "mail", again: boolean): Promise<World> => {
  const { outside, ground } = room;
  await ground.pump();
  const next = clone(world);
  for (const record of [...outside.records[to]]) {
    const image = record.dynamodb?.NewImage;
    const [orderId = "", kind] = [image?.orderId?.S, image?.status?.S as MailFacts["kind"]];
    const { batchItemFailures } = (await within(outside, { mailing: { orderId, kind } }, () =>
      ground.invoke(to, { Records: [record] }).catch(() => ({ batchItemFailures: ["all"] })),
    )) as { batchItemFailures: unknown[] };
    if (batchItemFailures.length > 0) throw new Violation(`${to} fails ${orderId}, which is ${kind}`);
    if (!again) outside.records[to].splice(outside.records[to].indexOf(record), 1);
    const place = next.places[next.orders[orderId]?.user ?? -1];
    if (to === "leave" && place?.admittedAt === Number(image?.admittedAt?.N)) place.over = true;
  }
  return next;
};

const webhook = async ({ room, world }: Case, { at, again }: { at: number; again: boolean }): Promise<World> => {
  const { outside, ground } = room;
  const told = outside.webhooks[at % Math.max(1, outside.webhooks.length)];
  if (!told) return world;
  if (!again) outside.webhooks.splice(outside.webhooks.indexOf(told), 1);
  const { webhook, heard } = ground.gateways[told.from];
  const { provider, headers } = webhook(told.body, outside.now, told.forged);
  const options = { params: { provider }, body: told.body, headers };
  const code = codeOf(await ground.stage.call("POST /v1/payments/webhooks/{provider}", options));
  if (Number.parseInt(code, 10) !== heard[told.forged ? "forged" : "genuine"])
    throw new Violation(`a webhook: ${code}`);
  return world;
};

type Pass = Extract<Action, { kind: "pass" }>;

/** The time after a turn of the clock, epoch ms. */
export const clockAfter = (room: Room, world: World, { until, order }: Pass): number => {
  const { outside, rules } = room;
  const meant = world.orders[orderOf(room, world, order) ?? ""];
  const to = {
    "a moment": outside.now + 1_500,
    seconds: outside.now + 4_000,
    payBy: (meant?.payBy ?? 0) + 1,
    heldUntil: (meant?.until ?? 0) + 1,
    session: outside.now + rules.sessionSeconds * 1000,
    "15 minutes": outside.now + 900_000,
  }[until];
  return Math.max(outside.now, to);
};

/** Steps that one action is made of, one after the other. */
const steps = ({ room, world }: Case) => {
  let next = world;
  const does = async (action: Action) => {
    count(room, action);
    next = await step({ room, world: next }, action);
  };
  return { does, world: () => next };
};

/** Best available, by points and settled at once, entering first where there is a queue: how sales get on. */
const buy = async (known: Case, { user, quantity }: Extract<Action, { kind: "buy" }>): Promise<World> => {
  const { room } = known;
  const { outside, orders } = room;
  const { does, world } = steps(known);
  if (room.rules.queue) await does({ kind: "enter", user });
  const before = orders.length;
  await does({ kind: "pick", user, quantity, key: 0 });
  if (orders.length === before) return world();
  const at = outside.messages.length;
  await does({ kind: "pay", user: 0, order: NEWEST, token: "points", from: "sandbox", key: 0 });
  if (outside.messages.length > at) await does({ kind: "settle", at, again: false });
  return world();
};

/** Holds and lets go, again and again: how an account comes to wait. */
const waver = async (known: Case, { user, times }: Extract<Action, { kind: "waver" }>): Promise<World> => {
  const { room } = known;
  const { does, world } = steps(known);
  if (room.rules.queue) await does({ kind: "enter", user });
  for (let n = 0; n < times; n++) {
    const before = room.orders.length;
    await does({ kind: "pick", user, quantity: 1, key: 0 });
    if (room.orders.length === before) return world();
    await does({ kind: "cancel", user: 0, order: NEWEST_HELD });
  }
  return world();
};

const struck = ({ ground }: Room): number =>
  Object.values(ground.faults?.struck() ?? {}).reduce((sum, times) => sum + times, 0);

/** ms; what was under way for so long, the product may have given up: no timeout of its own is shorter. */
const LATE = 1_000;

/** ms after which nothing of a dead invocation comes any more. */
const AFTERMATH = 40;

/**
 * The world after an action. Throws `Violation` where the product did what the model cannot. Where a fault struck meanwhile the answer
 * binds nobody: the world is what is seen then, as far as it may follow from what was.
 */
export const step = async (known: Case, action: Action): Promise<World> => {
  const { room } = known;
  room.outside.now++;
  // their parts are steps themselves
  if (action.kind === "buy") return buy(known, action);
  if (action.kind === "waver") return waver(known, action);
  const began = performance.now();
  try {
    return await (room.ground.faults ? through(known, action) : act(known, action));
  } finally {
    if (performance.now() - began > LATE) room.late = true;
  }
};

const through = async (known: Case, action: Action): Promise<World> => {
  const { room, world } = known;
  const before = struck(room);
  const after = await act(known, action).catch((error: unknown) => {
    if (!(error instanceof Violation) || struck(room) === before) throw error;
  });
  if (after && struck(room) === before) return after;
  await sleep(AFTERMATH);
  return resync(room, world);
};

const act = async (known: Case, action: Action): Promise<World> => {
  const { room, world } = known;
  switch (action.kind) {
    case "together":
      return together(known, action);
    case "settle":
      return settle(known, action);
    case "leave":
    case "mail":
      return tell(known, action.kind, action.again);
    case "reconcile":
      await room.ground.invoke("reconcile", {}).catch(() => {}); // it comes again
      await sleep(GATEWAY);
      return observe(
        room,
        world,
        room.buyers.map((_, user) => user),
      );
    case "decide":
      room.outside.pending.splice(action.at % Math.max(1, room.outside.pending.length), 1)[0]?.(action.at % 2 === 0);
      await sleep(GATEWAY);
      return world;
    case "webhook":
      return webhook(known, action);
    case "pass":
      room.outside.now = clockAfter(room, world, action);
      return world;
    case "join":
    case "crowd":
    case "claim":
    case "enter":
    case "exit":
    case "status":
    case "tune":
      return room.rules.queue ? queue(room, world, action) : world;
    default: {
      const asked = await ask(room, world, action);
      if (asked) return single(known, asked);
      return action.kind === "charge" ? chargeByCard(known, action) : world;
    }
  }
};
