/** One sale for a scalper's accounts and an honest crowd, from the lobby to the last seat. */
import { setTimeout as sleep } from "node:timers/promises";
import * as Buyer from "#client/buyer.ts";
import { ApiProblem } from "#client/problem.ts";
import { type Account, add, outcome, type Tally } from "./client.ts";
import type { Solver } from "./solver.ts";
import type { Place } from "./tricks.ts";

export type Rules = {
  seats: number;
  /** Seats that a user may have. */
  limit: number;
  /** Difficulty of the work for a place; without it a place needs no work. */
  difficulty?: number | undefined;
  /** Seconds that the scalper has before the opening; the honest visitors came earlier. */
  lobby: number;
  /** Seconds after the opening at which all give up. */
  selling: number;
};

export type Sale = Pick<Rules, "limit" | "difficulty"> & {
  eventId: string;
  opensAt: number;
  until: number;
};

/** Runs up to `limit` at a time, in order. */
export const each = async <T>(all: T[], width: number, work: (one: T) => Promise<unknown>): Promise<void> => {
  const left = all.values();
  const next = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: width }, next));
};

const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
const pace = { admitPerSecond: 20, maxActive: 10_000, sessionSeconds: 600, claimSeconds: 10 };

/** Makes the event; it opens in an hour, or when `start` says so. */
export const announce = async ({ api }: Account, rules: Rules): Promise<Sale> => {
  const { seats, limit, difficulty } = rules;
  const opensAt = Date.now() + HOUR;
  const { eventId } = await api.call("POST /v1/admin/events", {
    body: {
      kind: "concert",
      title: "What a scalper wants",
      venue: "A hall",
      startsAt: iso(Date.now() + 720 * HOUR),
      salesOpenAt: iso(opensAt),
      prices: { Standard: 1_000 },
      generalAdmission: [{ sectionId: "floor", name: "Floor", capacity: seats, category: "Standard" }],
      maxSeatsPerOrder: Math.min(20, 2 * limit),
      maxSeatsPerUser: limit,
      holdSeconds: 600,
      queue: { enabled: true, ...pace, ...(difficulty !== undefined && { challenge: "work", difficulty }) },
    },
  });
  return { eventId, limit, difficulty, opensAt, until: Number.POSITIVE_INFINITY };
};

/** Moves the opening to `lobby` seconds from the moment when all environments have read the change. */
export const start = async (sale: Sale, { api }: Account, { lobby, selling }: Rules): Promise<Sale> => {
  const params = { eventId: sale.eventId };
  const opensAt = Date.now() + 5_500 + lobby * 1000; // a change takes effect within five seconds
  await api.call("PATCH /v1/admin/events/{eventId}", { params, body: { salesOpenAt: iso(opensAt) } });
  const known = async () => (await api.open("GET /v1/events/{eventId}/queue", { params })).opensAt === iso(opensAt);
  while (!(await known())) await sleep(200);
  await sleep(Math.max(0, opensAt - lobby * 1000 - Date.now()));
  return { ...sale, opensAt, until: opensAt + selling * 1000 };
};

/** Joins, with proof of work if it is required. */
export const join = async ({ eventId }: Sale, account: Account, { solve }: Solver): Promise<Place> => {
  const { place } = await Buyer.join(account.api, eventId, { solve });
  return { account, place };
};

/** Claims every `pause` ms until admitted, far more often than a page would; returns the admission. */
export const enter = async (sale: Sale, { account, place }: Place, pause: number): Promise<string | undefined> => {
  while (Date.now() < sale.until) {
    const entered = await Buyer.claim(account.api, sale.eventId, place).catch((error) => {
      if (!(error instanceof ApiProblem)) throw error;
    });
    if (entered) return entered.admission;
    await sleep(pause);
  }
  return undefined;
};

/** `at`: ms after the opening at which the last seat was held. */
export type Bought = { seats: number; abandoned: number; refusals: Tally; at: number };

/**
 * Holds as many seats as allowed. Then it releases them and holds others, as a hoarder without a customer does: up to `abandon` times, or
 * until the cooldown.
 */
export const take = async (sale: Sale, { api }: Account, admission: string, abandon: number): Promise<Bought> => {
  const bought: Bought = { seats: 0, abandoned: 0, refusals: {}, at: 0 };
  for (let quantity = sale.limit; quantity > 0; ) {
    const holding = Buyer.hold(api, { eventId: sale.eventId, pick: { quantity } }, admission);
    const answer = await outcome(holding);
    if (answer !== "ok") {
      add(bought.refusals, answer);
      if (answer.endsWith(" order.cooldown")) break;
      quantity--;
      continue;
    }
    Object.assign(bought, { seats: quantity, at: Date.now() - sale.opensAt });
    if (bought.abandoned >= abandon) break;
    await outcome(Buyer.cancel(api, (await holding).orderId));
    Object.assign(bought, { seats: 0, abandoned: bought.abandoned + 1 });
  }
  return bought;
};
