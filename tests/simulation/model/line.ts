/** The queue from its visitors' view: what each answer may say after all earlier answers. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RouteKey } from "#core/contract/routes.ts";
import { drawn } from "#ops/audit/index.ts";
import type { Reply } from "#tests/support/stage.ts";
import type { Action } from "./actions.ts";
import { buyerAt, codeOf } from "./ask.ts";
import { Violation } from "./observed.ts";
import { line } from "./redis.ts";
import type { Buyer, Run } from "./run.ts";
import { type Basket, clone, type Place, type World } from "./world.ts";

/** ms until a change of the sale's settings has reached every environment. */
const EFFECT_MS = 5_000;

const claimsOf = (token: string): { idx?: number; num?: number; iat: number; exp?: number } =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

const placeOf = (token: string): number => {
  const { idx, num } = claimsOf(token);
  return idx ?? num ?? 0;
};

const refuse = (what: string, reply: Reply): never => {
  throw new Violation(`${what}: ${codeOf(reply)} ${JSON.stringify(reply.body)}`);
};

const isShut = (world: World, run: Run): boolean => world.set === "closed" || run.outside.now >= run.rules.closesAt;

/** An admission that has not expired. */
const running = (place: Place | undefined, now: number): boolean =>
  place?.admittedAt !== undefined && !place.over && (place.expires ?? 0) > now;

const MAX_ATTEMPTS = 10;

type Said = Reply & { tries: number };

/**
 * Sends a request as the page does. On a busy machine that does not reach the queue in time, it repeats. After a fault, a later read shows
 * the state.
 */
const ask = async (run: Run, route: RouteKey, token?: string, body?: unknown): Promise<Said> => {
  const options = { token, params: { eventId: run.eventId }, body };
  for (let tries = 1; ; tries++) {
    const reply = await run.fixture.stage.call(route, options);
    if (codeOf(reply) !== "503 queue.unavailable" || tries === (run.fixture.faults ? 1 : MAX_ATTEMPTS))
      return { ...reply, tries };
    await sleep(200);
  }
};

const asksIn = (run: Run, { token }: Buyer) => ask(run, "POST /v1/events/{eventId}/queue/places", token, {});

const join = async (run: Run, world: World, user: number): Promise<void> => {
  const [buyer, index] = buyerAt(run, user);
  await joined(run, world, index, await asksIn(run, buyer));
};

/** All visitors at the same time. */
const crowd = async (run: Run, world: World): Promise<void> => {
  const { buyers, fixture } = run;
  const ordinalOf = ({ body }: Reply) => (body?.place ? placeOf(body.place) : 0);
  run.tally.actions += buyers.length - 1;
  run.actions += buyers.length - 1;
  const replies: [number, Said][] = [];
  const one = async (buyer: Buyer, index: number) => replies.push([index, await asksIn(run, buyer)]);
  if (fixture.inTurn) for (const [index, buyer] of buyers.entries()) await one(buyer, index);
  else await Promise.all(buyers.map(one));
  // ordered by place, whatever the order of the answers
  for (const [index, reply] of replies.sort(([, a], [, b]) => ordinalOf(a) - ordinalOf(b)))
    await joined(run, world, index, reply);
};

const joined = async (run: Run, world: World, index: number, reply: Said): Promise<void> => {
  const { outside, rules } = run;
  const buyer = run.buyers[index] as Buyer;
  const settled = outside.now - world.changedAt > EFFECT_MS;
  if (codeOf(reply) === "409 queue.closed") {
    if (settled && !isShut(world, run)) refuse("the sale is open, but joining says", reply);
    return;
  }
  if (reply.status > 201) refuse("joining", reply);
  if (settled && isShut(world, run)) refuse("the sale is over, but joining says", reply);
  const { idx, num } = claimsOf(reply.body.place);
  const ordinal = placeOf(reply.body.place);
  const before = world.places[index];
  const stands = before && (before.admittedAt === undefined || running(before, outside.now));
  if (stands && (reply.status !== 200 || ordinal !== before.ordinal))
    refuse(`buyer ${index} had place ${before.ordinal}, joining gives ${ordinal}`, reply);
  const fresh = reply.status === 201 || reply.tries > 1; // the lost answer may have said so
  if (!stands && (!fresh || ordinal <= world.given))
    refuse(`${world.given} ordinals are given, joining gives buyer ${index} ${ordinal}`, reply);
  if (idx !== undefined && num === undefined && !stands && outside.now >= rules.opensAt + EFFECT_MS && world.given > 0)
    if (reply.body.phase !== "lobby" && reply.body.number === null) refuse("a place without a number in line", reply);
  world.given = Math.max(world.given, ordinal);
  if (!stands) world.places[index] = { ordinal };
  buyer.place = reply.body.place;
  await number(run, ordinal, reply);
};

/** The number of an ordinal, from the ordinal and the published draw alone. */
const numberOf = async (run: Run, ordinal: number): Promise<number> => {
  if (!run.draw) await status(run);
  if (!run.draw) throw new Violation(`ordinal ${ordinal} was called, and the draw is not told`);
  const { lobby, seed } = run.draw;
  return ordinal <= lobby ? drawn(seed, lobby, ordinal) : ordinal;
};

const number = async (run: Run, ordinal: number, reply: Reply): Promise<void> => {
  if (reply.body.number === null) return;
  const right = await numberOf(run, ordinal);
  if (reply.body.number !== right) refuse(`ordinal ${ordinal} has number ${right}, but is told`, reply);
};

/** Visitors called under an earlier capacity may still come: they have `claimSeconds`, which is five. */
const ON_THE_WAY_MS = 5_000;

/** The largest number of visitors who may be inside now. */
const capacity = ({ capacities, outside }: Run): number =>
  Math.max(
    ...capacities
      .filter((_, n) => (capacities[n + 1]?.at ?? Number.POSITIVE_INFINITY) >= outside.now - EFFECT_MS - ON_THE_WAY_MS)
      .map(({ maxActive }) => maxActive),
  );

const claim = async (run: Run, world: World, user: number): Promise<void> => {
  const { outside } = run;
  const [buyer, index] = buyerAt(run, user);
  const place = world.places[index];
  if (!buyer.place || !place) return;
  const others = Object.entries(world.places).filter(([other, one]) => +other !== index && running(one, outside.now));
  const body = { place: buyer.place };
  const reply = await ask(run, "POST /v1/events/{eventId}/queue/admissions", buyer.token, body);
  const runs = running(place, outside.now);
  if (reply.status === 201) {
    const { iat, exp = 0 } = claimsOf(reply.body.admission);
    const expires = Date.parse(reply.body.expiresAt);
    if (runs && (iat !== place.admittedAt || expires !== place.expires))
      refuse(`buyer ${index} was admitted at ${place.admittedAt}, and is again`, reply);
    if (place.admittedAt !== undefined && !runs) refuse(`buyer ${index}'s place was used, and is let in again`, reply);
    if (!runs && others.length >= capacity(run))
      refuse(`${others.length} are in, and the capacity is ${capacity(run)}`, reply);
    if (!runs && isShut(world, run) && outside.now - world.changedAt > EFFECT_MS)
      refuse("the sale is over, but", reply);
    const called = await numberOf(run, place.ordinal);
    const { serving } = await line(run);
    if (called > serving) refuse(`${serving} are called, buyer ${index} has number ${called}, and is let in`, reply);
    if (exp * 1000 > expires) refuse("an admission outlives its session", reply);
    world.places[index] = { ...place, admittedAt: iat, expires };
    buyer.admission = { token: reply.body.admission, issuedAt: iat, expires };
    return;
  }
  const code = codeOf(reply);
  if (code === "409 queue.place_spent" && place.admittedAt !== undefined && !runs) return;
  if (code === "409 queue.closed" && (isShut(world, run) || outside.now - world.changedAt <= EFFECT_MS)) return;
  if (code === "409 queue.not_yet" && place.admittedAt === undefined) return;
  refuse(`buyer ${index} claims with place ${place.ordinal}`, reply);
};

/** Joins, waits a little, and tries to enter. */
const enter = async (run: Run, world: World, user: number): Promise<void> => {
  await join(run, world, user);
  for (let tries = 0; tries < 2; tries++) {
    await claim(run, world, user);
    run.outside.now += 1_000;
  }
};

const exit = async (run: Run, world: World, user: number): Promise<void> => {
  const { outside } = run;
  const [buyer, index] = buyerAt(run, user);
  const reply = await ask(run, "DELETE /v1/events/{eventId}/queue/admissions", buyer.token);
  if (reply.status !== 204) refuse("leaving", reply);
  const basket = world.baskets[index] as Basket;
  basket.notBefore = Math.max(basket.notBefore, outside.now);
  const place = world.places[index];
  if (place?.admittedAt !== undefined) place.over = true;
};

const tune = async (run: Run, maxActive: number): Promise<void> => {
  run.capacities.push({ at: run.outside.now, maxActive });
  const options = { token: run.admin, params: { eventId: run.eventId }, body: { queue: { maxActive } } };
  const reply = await run.fixture.stage.call("PATCH /v1/admin/events/{eventId}", options);
  if (reply.status !== 200) refuse("an organiser sets maxActive", reply);
};

const status = async (run: Run): Promise<void> => {
  const reply = await ask(run, "GET /v1/events/{eventId}/queue");
  if (reply.status !== 200) refuse("the queue's status", reply);
  const { draw, lobby } = reply.body;
  if (run.draw && (draw.seed !== run.draw.seed || lobby !== run.draw.lobby)) refuse("the draw was another", reply);
  if (draw.seed !== undefined) run.draw = { lobby, seed: draw.seed };
};

/** The line only moves forward, and keeps the visitors who are inside. */
const judge = async (run: Run, world: World): Promise<void> => {
  const { issued, serving, active } = await line(run);
  if (serving < world.serving) throw new Violation(`serving went back from ${world.serving} to ${serving}`);
  if (issued < world.given) throw new Violation(`${world.given} ordinals were given, and Redis says ${issued}`);
  if (serving > issued) throw new Violation(`${serving} are called of ${issued}`);
  const mine = Object.values(world.places).filter((place) => running(place, run.outside.now)).length;
  if (active !== mine) throw new Violation(`${active} admissions run in Redis, ${mine} were given and are not over`);
  world.serving = serving;
};

/** One action at the queue. Throws `Violation`. */
export const queue = async (run: Run, before: World, action: Action): Promise<World> => {
  const world = clone(before);
  if (action.kind === "join") await join(run, world, action.user);
  if (action.kind === "crowd") await crowd(run, world);
  if (action.kind === "claim") await claim(run, world, action.user);
  if (action.kind === "enter") await enter(run, world, action.user);
  if (action.kind === "exit") await exit(run, world, action.user);
  if (action.kind === "tune") await tune(run, action.maxActive);
  if (action.kind === "status") await status(run);
  await judge(run, world);
  return world;
};
