/** The queue from its visitors' view: what each answer may say after all earlier answers. */
import { setTimeout as sleep } from "node:timers/promises";
import * as Buyer from "#client/buyer.ts";
import { ApiProblem } from "#client/problem.ts";
import type { Reply } from "#client/routes.ts";
import { claims } from "#client/tokens.ts";
import { drawn } from "#ops/audit/index.ts";
import { told } from "../client.ts";
import type { Action } from "./actions.ts";
import { buyerAt } from "./ask.ts";
import { Violation } from "./observed.ts";
import { line } from "./redis.ts";
import type { Run, Buyer as Visitor } from "./run.ts";
import { type Basket, clone, type Place, type World } from "./world.ts";

/** ms until a change of the sale's settings has reached every environment. */
const EFFECT_MS = 5_000;

/** Of a place or an admission. */
const claimsOf = (token: string) =>
  claims<{ idx?: number; num?: number; iat: number; exp?: number }>(token) ?? refuse("no token", token);

const placeOf = (token: string): number => {
  const { idx, num } = claimsOf(token);
  return idx ?? num ?? 0;
};

const refuse = (what: string, answer: unknown): never => {
  throw new Violation(`${what}: ${JSON.stringify(answer)}`);
};

const isShut = (world: World, run: Run): boolean => world.set === "closed" || run.outside.now >= run.rules.closesAt;

/** An admission that has not expired. */
const running = (place: Place | undefined, now: number): boolean =>
  place?.admittedAt !== undefined && !place.over && (place.expires ?? 0) > now;

const MAX_ATTEMPTS = 10;

type Tried<T> = { answer: T | ApiProblem; tries: number };

/**
 * Sends a request as the page does. On a busy machine that does not reach the queue in time, it repeats. After a fault, a later read shows
 * the state.
 */
const ask = async <T>({ fixture }: Run, call: () => Promise<T>): Promise<Tried<T>> => {
  for (let tries = 1; ; tries++) {
    const answer = await told(call());
    const isLost = answer instanceof ApiProblem && answer.code === "queue.unavailable";
    if (!isLost || tries === (fixture.faults ? 1 : MAX_ATTEMPTS)) return { answer, tries };
    await sleep(200);
  }
};

type Joined = Tried<Reply<"POST /v1/events/{eventId}/queue/places">>;

const asksIn = (run: Run, { api }: Visitor): Promise<Joined> =>
  ask(run, () => api.reply("POST /v1/events/{eventId}/queue/places", { params: { eventId: run.eventId }, body: {} }));

const join = async (run: Run, world: World, user: number): Promise<void> => {
  const [buyer, index] = buyerAt(run, user);
  await joined(run, world, index, await asksIn(run, buyer));
};

/** All visitors at the same time. */
const crowd = async (run: Run, world: World): Promise<void> => {
  const { buyers, fixture } = run;
  const ordinalOf = ({ answer }: Joined) => (answer instanceof ApiProblem ? 0 : placeOf(answer.body.place));
  run.tally.actions += buyers.length - 1;
  run.actions += buyers.length - 1;
  const replies: [number, Joined][] = [];
  const one = async (buyer: Visitor, index: number) => replies.push([index, await asksIn(run, buyer)]);
  if (fixture.inTurn) for (const [index, buyer] of buyers.entries()) await one(buyer, index);
  else await Promise.all(buyers.map(one));
  // ordered by place, whatever the order of the answers
  for (const [index, reply] of replies.sort(([, a], [, b]) => ordinalOf(a) - ordinalOf(b)))
    await joined(run, world, index, reply);
};

const joined = async (run: Run, world: World, index: number, { answer, tries }: Joined): Promise<void> => {
  const { outside, rules } = run;
  const settled = outside.now - world.changedAt > EFFECT_MS;
  if (answer instanceof ApiProblem) {
    if (answer.code !== "queue.closed") refuse("joining", answer);
    if (settled && !isShut(world, run)) refuse("the sale is open, but joining says", answer);
    return;
  }
  const { status, body } = answer;
  if (settled && isShut(world, run)) refuse("the sale is over, but joining says", answer);
  const { idx, num } = claimsOf(body.place);
  const ordinal = placeOf(body.place);
  const before = world.places[index];
  const stands = before && (before.admittedAt === undefined || running(before, outside.now));
  if (stands && (status !== 200 || ordinal !== before.ordinal))
    refuse(`buyer ${index} had place ${before.ordinal}, joining gives ${ordinal}`, answer);
  const fresh = status === 201 || tries > 1; // the lost answer may have said so
  if (!stands && (!fresh || ordinal <= world.given))
    refuse(`${world.given} ordinals are given, joining gives buyer ${index} ${ordinal}`, answer);
  if (idx !== undefined && num === undefined && !stands && outside.now >= rules.opensAt + EFFECT_MS && world.given > 0)
    if (body.phase !== "lobby" && body.number === null) refuse("a place without a number in line", answer);
  world.given = Math.max(world.given, ordinal);
  if (!stands) world.places[index] = { ordinal };
  (run.buyers[index] as Visitor).place = body.place;
  await number(run, ordinal, body.number);
};

/** The number of an ordinal, from the ordinal and the published draw alone. */
const numberOf = async (run: Run, ordinal: number): Promise<number> => {
  if (!run.draw) await status(run);
  if (!run.draw) throw new Violation(`ordinal ${ordinal} was called, and the draw is not told`);
  const { lobby, seed } = run.draw;
  return ordinal <= lobby ? drawn(seed, lobby, ordinal) : ordinal;
};

const number = async (run: Run, ordinal: number, given: number | null): Promise<void> => {
  if (given === null) return;
  const right = await numberOf(run, ordinal);
  if (given !== right) refuse(`ordinal ${ordinal} has number ${right}, but is told`, given);
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
  const { outside, eventId } = run;
  const [buyer, index] = buyerAt(run, user);
  const { api, place: token } = buyer;
  const place = world.places[index];
  if (!token || !place) return;
  const others = Object.entries(world.places).filter(([other, one]) => +other !== index && running(one, outside.now));
  const { answer } = await ask(run, () => Buyer.claim(api, eventId, token));
  const runs = running(place, outside.now);
  if (!(answer instanceof ApiProblem)) {
    const { iat, exp = 0 } = claimsOf(answer.admission);
    const expires = Date.parse(answer.expiresAt);
    if (runs && (iat !== place.admittedAt || expires !== place.expires))
      refuse(`buyer ${index} was admitted at ${place.admittedAt}, and is again`, answer);
    if (place.admittedAt !== undefined && !runs) refuse(`buyer ${index}'s place was used, and is let in again`, answer);
    if (!runs && others.length >= capacity(run))
      refuse(`${others.length} are in, and the capacity is ${capacity(run)}`, answer);
    if (!runs && isShut(world, run) && outside.now - world.changedAt > EFFECT_MS)
      refuse("the sale is over, but", answer);
    const called = await numberOf(run, place.ordinal);
    const { serving } = await line(run);
    if (called > serving) refuse(`${serving} are called, buyer ${index} has number ${called}, and is let in`, answer);
    if (exp * 1000 > expires) refuse("an admission outlives its session", answer);
    world.places[index] = { ...place, admittedAt: iat, expires };
    buyer.admission = { token: answer.admission, issuedAt: iat, expires };
    return;
  }
  const { code } = answer;
  if (code === "queue.place_spent" && place.admittedAt !== undefined && !runs) return;
  if (code === "queue.closed" && (isShut(world, run) || outside.now - world.changedAt <= EFFECT_MS)) return;
  if (code === "queue.not_yet" && place.admittedAt === undefined) return;
  refuse(`buyer ${index} claims with place ${place.ordinal}`, answer);
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
  const { outside, eventId } = run;
  const [{ api }, index] = buyerAt(run, user);
  const { answer } = await ask(run, () => Buyer.leave(api, eventId));
  if (answer) refuse("leaving", answer);
  const basket = world.baskets[index] as Basket;
  basket.notBefore = Math.max(basket.notBefore, outside.now);
  const place = world.places[index];
  if (place?.admittedAt !== undefined) place.over = true;
};

const tune = async (run: Run, maxActive: number): Promise<void> => {
  const { admin, eventId, capacities, outside } = run;
  capacities.push({ at: outside.now, maxActive });
  const request = { params: { eventId }, body: { queue: { maxActive } } };
  const answer = await told(admin.call("PATCH /v1/admin/events/{eventId}", request));
  if (answer instanceof ApiProblem) refuse("an organiser sets maxActive", answer);
};

const status = async (run: Run): Promise<void> => {
  const { admin, eventId } = run;
  const { answer } = await ask(run, () => admin.open("GET /v1/events/{eventId}/queue", { params: { eventId } }));
  if (answer instanceof ApiProblem) return refuse("the queue's status", answer);
  const { draw, lobby } = answer;
  if (run.draw && (draw.seed !== run.draw.seed || lobby !== run.draw.lobby)) refuse("the draw was another", answer);
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
