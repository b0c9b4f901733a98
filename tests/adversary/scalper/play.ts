/** Plays a sale: an honest crowd in the lobby, then a scalper with many accounts on one core. */
import { setTimeout as sleep } from "node:timers/promises";
import * as Buyer from "#client/buyer.ts";
import type { ApiProblem } from "#client/problem.ts";
import type { Account, Tally } from "./client.ts";
import { announce, type Bought, each, enter, join, type Rules, type Sale, start, take } from "./sale.ts";
import type { Solver } from "./solver.ts";
import { type Place, type Trick, tricks } from "./tricks.ts";

export type Players = { organiser: Account; scalper: Account[]; honest: Account[]; solver: Solver };

export type Outcome = {
  rules: Rules;
  tricks: Trick[];
  accounts: { scalper: number; honest: number };
  /** The scalper's places: before the opening, and in total; seconds from the first try to the last place. */
  places: { inTime: number; all: number; seconds: number };
  /** Seconds of CPU that the scalper's work took. */
  cpu: number;
  /** Seats that each side holds at the end, without the scalper's abandoned holds. */
  seats: { scalper: number; honest: number };
  /** Seconds after the opening at which the scalper took its last seat. */
  lastSeat: number;
  /** The largest number of seats of one account. */
  most: number;
  abandoned: number;
  refusals: Tally;
};

/** The number of accounts that hoard: each releases its hold and takes it again, up to this many times. */
const HOARDERS = 3;
const ABANDON = 12;
/** The number of accounts without a place of their own: whatever they get comes from a trick. */
const IDLE = 5;
/** Accounts at a time: the core does one proof of work after another, while the next challenge is fetched. */
const WIDTH = { free: 8, work: 2 };
/** ms that an honest visitor waits longer than a scalper. */
const honestWaitMs = 30_000;

const inLobby = async ({ scalper, solver }: Players, sale: Sale, honest: Place[], rules: Rules) => {
  const trick = tricks(sale.eventId);
  const done = [await trick.early(honest), await trick.forged(honest), await trick.shared(honest, scalper)];
  done.push(await trick.again(honest[0] as Place, 50));
  if (rules.difficulty === undefined) return done;
  done.push(await trick.idle(scalper), await trick.guessed(scalper));
  const [first, ...others] = scalper as [Account, ...Account[]];
  const refused: ApiProblem = await Buyer.join(first.api, sale.eventId).catch((error) => error);
  done.push(await trick.lent(others, await solver.solve(refused.document.challenge as Buyer.Challenge)));
  return done;
};

const atOpening = async ({ scalper }: Players, sale: Sale, first: Place, honest: Place[], pause: number) => {
  const trick = tricks(sale.eventId);
  const idle = scalper.slice(0, IDLE);
  const done = [await trick.uninvited(idle), await trick.shared(honest, idle)];
  const admission = await enter(sale, first, pause);
  if (admission === undefined) return done;
  const greedy = await trick.greedy(first.account, admission, sale.limit);
  // before the seats are gone, because after that a hold is refused for that reason alone
  const parallel = await trick.parallel(first.account, admission, 20);
  const wavering = await trick.wavering(first.account, admission, ABANDON);
  return [...done, greedy, parallel, wavering, await trick.borrowed(idle, admission)];
};

/**
 * The scalper's accounts get places one after another until all have one or the sale is over. `placed` is called with each place.
 */
const farm = async ({ scalper, solver }: Players, sale: Sale, placed: (place: Place) => void) => {
  const began = Date.now();
  const spent = solver.spent();
  const got = { inTime: 0, all: 0, seconds: 0 };
  await each(scalper.slice(IDLE), sale.difficulty === undefined ? WIDTH.free : WIDTH.work, async (account) => {
    if (Date.now() > sale.until) return;
    const place = await join(sale, account, solver);
    got.all++;
    if (Date.now() < sale.opensAt) got.inTime++;
    got.seconds = (Date.now() - began) / 1000;
    placed(place);
  });
  return { places: got, cpu: (solver.spent() - spent) / 1000 };
};

export const play = async (players: Players, rules: Rules, say: (line: string) => void): Promise<Outcome> => {
  const { organiser, solver } = players;
  const pause = Math.max(300, 5 * (players.scalper.length + players.honest.length));
  const announced = await announce(organiser, rules);
  const honest: Place[] = [];
  say(`${players.honest.length} honest visitors enter the lobby …`);
  await each(players.honest, WIDTH.free, async (account) => honest.push(await join(announced, account, solver)));
  const early = await inLobby(players, announced, honest, rules);
  const sale = await start(announced, organiser, rules);
  say(`${rules.lobby} seconds to the opening: the scalper comes …`);
  const patient = { ...sale, until: sale.until + honestWaitMs };
  const buy = async (sale: Sale, place: Place, abandon: number): Promise<Bought> => {
    await sleep(Math.max(0, sale.opensAt + 200 - Date.now()));
    const pass = await enter(sale, place, pause);
    return pass ? take(sale, place.account, pass, abandon) : { seats: 0, abandoned: 0, refusals: {}, at: 0 };
  };
  const first = Promise.withResolvers<Place>();
  const mine: Promise<Bought>[] = [];
  let seen = 0;
  const farming = farm(players, sale, (place) =>
    seen++ === 0 ? first.resolve(place) : mine.push(buy(sale, place, seen <= HOARDERS + 1 ? ABANDON : 0)),
  );
  const theirs = Promise.all(honest.map((place) => buy(patient, place, 0)));
  const one = await first.promise;
  await sleep(Math.max(0, sale.opensAt + 200 - Date.now()));
  const opening = await atOpening(players, patient, one, honest, pause);
  const { places, cpu } = await farming;
  return summary(rules, {
    farmed: await Promise.all(mine),
    bought: await theirs,
    opening,
    early,
    places,
    cpu,
    players,
  });
};

type Played = {
  farmed: Bought[];
  bought: Bought[];
  opening: Trick[];
  early: Trick[];
  places: Outcome["places"];
  cpu: number;
  players: Players;
};

const summary = (rules: Rules, { farmed, bought, opening, early, places, cpu, players }: Played): Outcome => {
  const all = [...farmed, ...bought];
  const refusals: Tally = {};
  for (const each of all)
    for (const [name, count] of Object.entries(each.refusals)) refusals[name] = (refusals[name] ?? 0) + count;
  const sum = (of: Bought[]) => of.reduce((total, one) => total + one.seats, 0);
  return {
    rules,
    tricks: [...early, ...opening],
    accounts: { scalper: players.scalper.length - IDLE, honest: players.honest.length },
    places,
    cpu,
    seats: { scalper: sum(farmed), honest: sum(bought) },
    lastSeat: Math.max(0, ...farmed.map(({ at }) => at)) / 1000,
    most: Math.max(0, ...all.map((one) => one.seats)),
    abandoned: farmed.reduce((total, one) => total + one.abandoned, 0),
    refusals,
  };
};
