/** One sale that a scalper's accounts and an honest crowd both want, from the lobby to the last seat. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, type Answer, add, type Client, type Tally } from "./client.ts";
import type { Solver } from "./solver.ts";
import type { Place } from "./tricks.ts";

export type Rules = {
  seats: number;
  /** Seats that a user may have. */
  limit: number;
  /** Of the work that a place costs; without it a place costs nothing. */
  difficulty?: number | undefined;
  /** Seconds that the scalper has before the opening; the honest have come before. */
  lobby: number;
  /** Seconds after the opening at which everybody gives up. */
  selling: number;
};

export type Sale = Pick<Rules, "limit" | "difficulty"> & {
  client: Client;
  eventId: string;
  opensAt: number;
  until: number;
};

/** As many at a time, in order. */
export const each = async <T>(all: T[], width: number, work: (one: T) => Promise<unknown>): Promise<void> => {
  const left = all.values();
  const next = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: width }, next));
};

const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
const room = { admitPerSecond: 20, maxActive: 10_000, sessionSeconds: 600, claimSeconds: 10 };

/** Makes the event; it opens in an hour, or when `start` says so. */
export const announce = async (client: Client, organiser: Account, rules: Rules): Promise<Sale> => {
  const { seats, limit, difficulty } = rules;
  const opensAt = Date.now() + HOUR;
  const made = await client.call("POST", "/v1/admin/events", {
    token: organiser.token,
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
      queue: { enabled: true, ...room, ...(difficulty !== undefined && { challenge: "work", difficulty }) },
    },
  });
  if (made.status !== 201) throw new Error(`The event was refused: ${JSON.stringify(made.body)}`);
  return { client, eventId: made.body.eventId, limit, difficulty, opensAt, until: Number.POSITIVE_INFINITY };
};

/** Lets it open as soon as `lobby` seconds are left when everybody knows of it. */
export const start = async (sale: Sale, organiser: Account, { lobby, selling }: Rules): Promise<Sale> => {
  const { client, eventId } = sale;
  const opensAt = Date.now() + 5_500 + lobby * 1000; // a change bites within five seconds
  await client.call("PATCH", `/v1/admin/events/${eventId}`, {
    token: organiser.token,
    body: { salesOpenAt: iso(opensAt) },
  });
  const known = async () => (await client.call("GET", `/v1/events/${eventId}/queue`)).body.opensAt === iso(opensAt);
  while (!(await known())) await sleep(200);
  await sleep(Math.max(0, opensAt - lobby * 1000 - Date.now()));
  return { ...sale, opensAt, until: opensAt + selling * 1000 };
};

/** Asks for a place, and does the work where one is asked for. */
export const join = async ({ client, eventId }: Sale, account: Account, { solve }: Solver): Promise<Place> => {
  const ask = (body: object) =>
    client.call("POST", `/v1/events/${eventId}/queue/places`, { token: account.token, body });
  const first = await ask({});
  const { challenge } = first.body;
  const answer: Answer = challenge
    ? await ask({ challenge: await solve(challenge.token, challenge.difficulty) })
    : first;
  if (answer.status >= 300) throw new Error(`No place: ${JSON.stringify(answer.body)}`);
  return { account, place: answer.body.place };
};

/** Claims until let in; answers the admission. */
export const enter = async (sale: Sale, { account, place }: Place, pause: number): Promise<string | undefined> => {
  while (Date.now() < sale.until) {
    const path = `/v1/events/${sale.eventId}/queue/admissions`;
    const { status, body } = await sale.client.call("POST", path, { token: account.token, body: { place } });
    if (status === 201) return body.admission as string;
    await sleep(pause);
  }
  return undefined;
};

/** `at`: ms after the opening at which the last seat was held. */
export type Bought = { seats: number; abandoned: number; refusals: Tally; at: number };

/**
 * Holds as many seats as it may. Then it releases them and holds others, as a hoarder does who waits for a buyer: up to `abandon` times,
 * or until the cooldown stops it.
 */
export const take = async (sale: Sale, { token }: Account, admission: string, abandon: number): Promise<Bought> => {
  const bought: Bought = { seats: 0, abandoned: 0, refusals: {}, at: 0 };
  for (let quantity = sale.limit; quantity > 0; ) {
    const body = { eventId: sale.eventId, pick: { quantity } };
    const answer = await sale.client.call("POST", "/v1/orders", { token, body, headers: { admission } });
    if (answer.status !== 201) {
      add(bought.refusals, answer);
      if (answer.body.code === "order.cooldown") break;
      quantity--;
      continue;
    }
    Object.assign(bought, { seats: quantity, at: Date.now() - sale.opensAt });
    if (bought.abandoned >= abandon) break;
    await sale.client.call("DELETE", `/v1/orders/${answer.body.orderId}`, { token });
    Object.assign(bought, { seats: 0, abandoned: bought.abandoned + 1 });
  }
  return bought;
};
