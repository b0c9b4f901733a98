/** One action in a sale: executed, and its answer compared with the model's. */
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { MailFacts } from "#ops/audit/index.ts";
import type { Action } from "./actions.ts";
import {
  type Ask,
  ask,
  byPoints,
  charge,
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
import { type Run, snapshot } from "./run.ts";
import { within } from "./seams.ts";
import { type Answer, clone, judge, type Order, type Request, type Verdict, type World } from "./world.ts";

/** ms for the gateway's work after its answer. */
const GATEWAY_MS = 3;

const note = (run: Run, answer: Answer) => {
  if (answer.orderId && answer.code === "201" && !run.orders.includes(answer.orderId)) run.orders.push(answer.orderId);
};

/** The difference between the answer and the expectation; undefined if none. */
const fault = ({ code, seats, status, balance, orderId }: Verdict, answer: Answer): string | undefined => {
  const list = (some: string[] | undefined) => [...(some ?? [])].sort().join();
  if (answer.code !== code) return `${code} was due, ${answer.code} came`;
  if (seats && list(seats) !== list(answer.seats)) return `seats ${list(seats)} were due, ${list(answer.seats)} came`;
  if (status && status !== answer.status) return `status ${status} was due, ${answer.status} came`;
  if (balance !== undefined && balance !== answer.balance) return `${balance} points were due, ${answer.balance} came`;
  if (orderId && orderId !== answer.orderId) return `order ${orderId} was due, ${answer.orderId} came`;
  return undefined;
};

type Case = { run: Run; world: World };

/** A combined action counts as its parts. */
export const count = (run: Run, { kind }: Action) => {
  const { tally } = run;
  if (kind === "buy" || kind === "waver") return;
  tally.actions++;
  run.actions++;
  tally.kinds[kind] = (tally.kinds[kind] ?? 0) + 1;
};

const single = async ({ run, world }: Case, { request, send }: Ask): Promise<World> => {
  const { now } = run.outside;
  const answer = await send();
  note(run, answer);
  const verdict = judge({ world, rules: run.rules, now, request, answer });
  const wrong = fault(verdict, answer);
  if (wrong) throw new Violation(`${JSON.stringify(request)}: ${wrong}`);
  return verdict.world;
};

type Answered = { request: Request; answer: Answer };

/** Among simultaneous requests, one that was answered as undecided has changed nothing. */
const undecided = (world: World, { request, answer }: Answered): boolean => {
  if (answer.code.startsWith("503") || answer.code === "again") return true;
  // it was paid while it was being released
  const late = request.kind === "cancel" && answer.code === "409 order.not_cancellable";
  return late && world.orders[request.order]?.status === "confirmed";
};

/** All worlds that these answers can lead to, in some order. */
const worlds = (run: Run, world: World, answered: Answered[]): World[] => {
  if (answered.length === 0) return [world];
  return answered.flatMap((one, index) => {
    const rest = answered.filter((_, other) => other !== index);
    const verdict = judge({ world, rules: run.rules, now: run.outside.now, ...one });
    const after = undecided(world, one) ? world : fault(verdict, one.answer) ? undefined : verdict.world;
    return after ? worlds(run, after, rest) : [];
  });
};

/** Each request continues to its next call to DynamoDB when the scheduler says so, one at a time. */
const stepped = async ({ scheduler, outside }: Run, sends: (() => Promise<Answer>)[]): Promise<Answer[]> => {
  let running = sends.length;
  let parked = 0;
  const gate = async () => {
    parked++;
    await scheduler.schedule(Promise.resolve());
    parked--;
  };
  const all = Promise.all(sends.map((send) => within(outside, { gate }, send).finally(() => running--)));
  all.catch(() => {}); // awaited below, when all have ended
  while (running > 0) {
    // a request may wait for another's result; then the scheduler does not wait for it
    for (let tries = 0; parked < running && tries < 40; tries++) await (tries < 30 ? setImmediate() : sleep(1));
    if (scheduler.count() > 0) await scheduler.waitNext(1);
    await setImmediate();
  }
  return all;
};

/** Simultaneous requests: the model must give these answers in some order. */
const together = async ({ run, world }: Case, action: Extract<Action, { kind: "together" }>): Promise<World> => {
  if (run.fixture.inTurn) {
    let after = world;
    for (const one of action.actions) {
      const asked = await ask(run, after, one);
      if (asked) after = await single({ run, world: after }, asked);
    }
    return after;
  }
  const asks: Ask[] = [];
  for (const one of action.actions) asks.push(...[(await ask(run, world, one)) ?? []].flat());
  if (asks.length < 2) return asks[0] ? single({ run, world }, asks[0]) : world;
  run.tally.schedules++;
  run.tally.actions += asks.length - 1;
  run.actions += asks.length - 1;
  const sends = asks.map(({ send }) => send);
  const answers = action.stepped ? await stepped(run, sends) : await Promise.all(sends.map((send) => send()));
  for (const answer of answers) note(run, answer);
  const answered = asks.map(({ request }, index) => ({ request, answer: answers[index] as Answer }));
  const possible = [...new Map(worlds(run, world, answered).map((one) => [JSON.stringify(one), one])).values()];
  if (possible.length === 1) return possible[0] as World;
  const facts = await snapshot(run);
  const fitting = possible.find((one) => differences(run, one)(facts).length === 0);
  if (fitting) return fitting;
  const told = answered.map(({ request, answer }) => `${JSON.stringify(request)} → ${JSON.stringify(answer)}`);
  throw new Violation(`no order of these explains their answers:\n  ${told.join("\n  ")}`);
};

/** Cards that pay at once, within the ten minutes of a window. */
const isInstant = ({ outside, cards }: Run, { token, provider }: Record<string, unknown>): boolean => {
  const { behaviour = "", from, at = 0 } = cards.get(String(token)) ?? {};
  if (from !== provider) return false; // another gateway took payments when it was sent
  if (from === "toss" && (behaviour === "silentAfter" || outside.now - at > 590_000)) return false;
  return ["approved", "silentAfter", "webhookEarly"].includes(behaviour);
};

/** Whether a card's payment must have succeeded after the delivery of its message. */
const mustConfirm = (run: Run, world: World, order: Order | undefined, message: Record<string, unknown>): boolean => {
  if (order?.status !== "held" || order.attempts[message.attemptId as string]) return false;
  const mine = order.seats.every((seat) => world.seats[seat]?.order === message.orderId);
  const open = world.baskets[order.user]?.open === message.orderId;
  return mine && open && (message.acceptedAt as number) <= order.payBy && isInstant(run, message);
};

/** A message of a card: the world is read after it. */
const byCard = async ({ run, world }: Case, body: string): Promise<World> => {
  const message = parse(body);
  const [owner, orderId, chargeId] = (message.reference ?? `${message.userId}.${message.orderId}.`).split(".");
  const user = run.buyers.findIndex(({ userId }) => userId === owner);
  const charged = run.charges.get(String(message.chargeId ?? (orderId === "wallet" ? chargeId : "")));
  const answer = await deliver(run, body);
  await sleep(GATEWAY_MS);
  const after = await observe(run, world, [user], charged?.amount);
  const order = world.orders[message.orderId ?? ""];
  if (message.kind === "payment" && mustConfirm(run, world, order, message))
    if (after.orders[message.orderId ?? ""]?.status !== "confirmed")
      throw new Violation(`${message.token} was to pay ${message.orderId}, and did not (${answer.code})`);
  return after;
};

const settle = async (known: Case, action: { at: number; again: boolean }): Promise<World> => {
  const { run, world } = known;
  const body = take(run, action);
  if (body === undefined) return world;
  return byPoints(parse(body)) ? single(known, settlement(run, world, body)) : byCard(known, body);
};

const chargeByCard = async ({ run, world }: Case, action: Extract<Action, { kind: "charge" }>): Promise<World> => {
  const { request, send } = charge(run, action);
  const { user, amount, key } = request as Extract<Request, { kind: "charge" }>;
  if (!run.charges.has(key)) run.charges.set(key, { user, amount });
  const { code } = await send();
  await sleep(GATEWAY_MS);
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
  return observe(run, world, [user], run.charges.get(key)?.amount);
};

/** Delivers the stream's records to their consumer, one by one. */
const tell = async ({ run, world }: Case, to: "leave" | "mail", again: boolean): Promise<World> => {
  const { outside, fixture } = run;
  await fixture.pump();
  const next = clone(world);
  for (const record of [...outside.records[to]]) {
    const image = record.dynamodb?.NewImage;
    const [orderId = "", kind] = [image?.orderId?.S, image?.status?.S as MailFacts["kind"]];
    const { batchItemFailures } = (await within(outside, { mailing: { orderId, kind } }, () =>
      fixture.invoke(to, { Records: [record] }).catch(() => ({ batchItemFailures: ["all"] })),
    )) as { batchItemFailures: unknown[] };
    if (batchItemFailures.length > 0) throw new Violation(`${to} fails ${orderId}, which is ${kind}`);
    if (!again) outside.records[to].splice(outside.records[to].indexOf(record), 1);
    const place = next.places[next.orders[orderId]?.user ?? -1];
    if (to === "leave" && place?.admittedAt === Number(image?.admittedAt?.N)) place.over = true;
  }
  return next;
};

const webhook = async ({ run, world }: Case, { at, again }: { at: number; again: boolean }): Promise<World> => {
  const { outside, fixture } = run;
  const told = outside.webhooks[at % Math.max(1, outside.webhooks.length)];
  if (!told) return world;
  if (!again) outside.webhooks.splice(outside.webhooks.indexOf(told), 1);
  const { webhook, heard } = fixture.gateways[told.from];
  const { provider, headers } = webhook(told.body, outside.now, told.forged);
  const options = { params: { provider }, body: told.body, headers };
  const { status } = await fixture.stage.call("POST /v1/payments/webhooks/{provider}", options);
  if (status !== heard[told.forged ? "forged" : "genuine"]) throw new Violation(`a webhook: ${status}`);
  return world;
};

type Pass = Extract<Action, { kind: "pass" }>;

/** The time after moving the clock, epoch ms. */
export const clockAfter = (run: Run, world: World, { until, order }: Pass): number => {
  const { outside, rules } = run;
  const meant = world.orders[orderOf(run, world, order) ?? ""];
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

/** The steps of a combined action, one after another. */
const steps = ({ run, world }: Case) => {
  let next = world;
  const does = async (action: Action) => {
    count(run, action);
    next = await step({ run, world: next }, action);
  };
  return { does, world: () => next };
};

/** Enters if there is a queue, then picks, pays by points and settles: so that sales make progress. */
const buy = async (known: Case, { user, quantity }: Extract<Action, { kind: "buy" }>): Promise<World> => {
  const { run } = known;
  const { outside, orders } = run;
  const { does, world } = steps(known);
  if (run.rules.queue) await does({ kind: "enter", user });
  const before = orders.length;
  await does({ kind: "pick", user, quantity, key: 0 });
  if (orders.length === before) return world();
  const at = outside.messages.length;
  await does({ kind: "pay", user: 0, order: NEWEST, token: "points", from: "sandbox", key: 0 });
  if (outside.messages.length > at) await does({ kind: "settle", at, again: false });
  return world();
};

/** Holds and releases repeatedly, so that the cooldown begins. */
const waver = async (known: Case, { user, times }: Extract<Action, { kind: "waver" }>): Promise<World> => {
  const { run } = known;
  const { does, world } = steps(known);
  if (run.rules.queue) await does({ kind: "enter", user });
  for (let n = 0; n < times; n++) {
    const before = run.orders.length;
    await does({ kind: "pick", user, quantity: 1, key: 0 });
    if (run.orders.length === before) return world();
    await does({ kind: "cancel", user: 0, order: NEWEST_HELD });
  }
  return world();
};

const struck = ({ fixture }: Run): number =>
  Object.values(fixture.faults?.struck() ?? {}).reduce((sum, times) => sum + times, 0);

/** ms after which the product may have timed out: no timeout of its own is shorter. */
const LATE_MS = 1_000;

/** ms after which no call of a killed invocation takes effect any more. */
const AFTERMATH_MS = 40;

/**
 * The world after an action. Throws `Violation` if the model does not allow the answer. After a fault the answer is not checked: the world
 * is read, and must be one that may follow from the old one.
 */
export const step = async (known: Case, action: Action): Promise<World> => {
  const { run } = known;
  run.outside.now++;
  // their parts are steps of their own
  if (action.kind === "buy") return buy(known, action);
  if (action.kind === "waver") return waver(known, action);
  const began = performance.now();
  try {
    return await (run.fixture.faults ? through(known, action) : act(known, action));
  } finally {
    if (performance.now() - began > LATE_MS) run.late = true;
  }
};

const through = async (known: Case, action: Action): Promise<World> => {
  const { run, world } = known;
  const before = struck(run);
  const after = await act(known, action).catch((error: unknown) => {
    if (!(error instanceof Violation) || struck(run) === before) throw error;
  });
  if (after && struck(run) === before) return after;
  await sleep(AFTERMATH_MS);
  return resync(run, world);
};

const act = async (known: Case, action: Action): Promise<World> => {
  const { run, world } = known;
  switch (action.kind) {
    case "together":
      return together(known, action);
    case "settle":
      return settle(known, action);
    case "leave":
    case "mail":
      return tell(known, action.kind, action.again);
    case "reconcile":
      await run.fixture.invoke("reconcile", {}).catch(() => {}); // it comes again
      await sleep(GATEWAY_MS);
      return observe(
        run,
        world,
        run.buyers.map((_, user) => user),
      );
    case "decide":
      run.outside.pending.splice(action.at % Math.max(1, run.outside.pending.length), 1)[0]?.(action.at % 2 === 0);
      await sleep(GATEWAY_MS);
      return world;
    case "webhook":
      return webhook(known, action);
    case "pass":
      run.outside.now = clockAfter(run, world, action);
      return world;
    case "join":
    case "crowd":
    case "claim":
    case "enter":
    case "exit":
    case "status":
    case "tune":
      return run.rules.queue ? queue(run, world, action) : world;
    default: {
      const asked = await ask(run, world, action);
      if (asked) return single(known, asked);
      return action.kind === "charge" ? chargeByCard(known, action) : world;
    }
  }
};
