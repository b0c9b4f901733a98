/** A sale with a scalper's accounts and an honest crowd of as many, who all want as much as they may have. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, add, type Client, type Tally } from "./client.ts";
import { type Place, type Trick, tricks } from "./tricks.ts";

export type Options = { accounts: number; seats: number; limit: number; opensIn: number };
export type Outcome = {
  signUps: { accounts: number; ms: number };
  tricks: Trick[];
  seats: number;
  /** Seats that each side holds at the end; the scalper's abandoned holds are not among them. */
  scalper: number;
  honest: number;
  /** Most seats in the hands of one account. */
  most: number;
  abandoned: number;
  refusals: Tally;
};

const several = async <T>(count: number, make: () => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  const work = async () => {
    while (made.length < count) made.push(await make());
  };
  await Promise.all([work(), work()]);
  return made.slice(0, count);
};

const open = async ({ call }: Client, organiser: Account, { seats, limit, opensIn, accounts }: Options) => {
  const { status, body } = await call("POST", "/v1/admin/events", {
    token: organiser.token,
    body: {
      kind: "concert",
      title: "What a scalper wants",
      venue: "A hall",
      startsAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
      salesOpenAt: new Date(Date.now() + opensIn * 1_000).toISOString(),
      prices: { Standard: 1_000 },
      generalAdmission: [{ sectionId: "floor", name: "Floor", capacity: seats, category: "Standard" }],
      maxSeatsPerOrder: limit,
      maxSeatsPerUser: limit,
      holdSeconds: 60,
      queue: { enabled: true, admitPerSecond: 10, maxActive: 4 * accounts, sessionSeconds: 60, claimSeconds: 10 },
    },
  });
  if (status !== 201) throw new Error(`The event was refused: ${JSON.stringify(body)}`);
  return body.eventId as string;
};

type Sale = { client: Client; eventId: string; limit: number; until: number };
type Bought = { seats: number; abandoned: number; refusals: Tally };

/** Claims until let in; answers the admission. */
const enter = async ({ client, eventId, until }: Sale, { account, place }: Place) => {
  while (Date.now() < until) {
    const path = `/v1/events/${eventId}/queue/admissions`;
    const { status, body } = await client.call("POST", path, { token: account.token, body: { place } });
    if (status === 201) return body.admission as string;
    await sleep(300);
  }
  return undefined;
};

/** Holds as many as it may; `abandon` times it lets them go again and takes others, as a hoarder does who waits for a buyer. */
const take = async (sale: Sale, { token }: Account, admission: string, abandon: number): Promise<Bought> => {
  const bought: Bought = { seats: 0, abandoned: 0, refusals: {} };
  for (let quantity = sale.limit; quantity > 0; ) {
    const body = { eventId: sale.eventId, pick: { quantity } };
    const answer = await sale.client.call("POST", "/v1/orders", { token, body, headers: { admission } });
    if (answer.status !== 201) {
      add(bought.refusals, answer);
      quantity--;
      continue;
    }
    bought.seats = quantity;
    if (bought.abandoned >= abandon) break;
    await sale.client.call("DELETE", `/v1/orders/${answer.body.orderId}`, { token });
    Object.assign(bought, { seats: 0, abandoned: bought.abandoned + 1 });
  }
  return bought;
};

export const play = async (client: Client, organiser: Account, options: Options, say: (line: string) => void) => {
  const { accounts, seats, limit } = options;
  say(`Signing up ${2 * accounts} accounts …`);
  const began = Date.now();
  const all = await several(2 * accounts, () => client.account("player"));
  const signUps = { accounts: 2 * accounts, ms: Date.now() - began };
  const eventId = await open(client, organiser, options);
  const opens = Date.now() + options.opensIn * 1_000;
  const places: Place[] = await Promise.all(
    all.map(async (account) => {
      const path = `/v1/events/${eventId}/queue/places`;
      const { body } = await client.call("POST", path, { token: account.token, body: {} });
      return { account, place: body.place as string };
    }),
  );
  const [scalpers, honest] = [places.slice(0, accounts), places.slice(accounts)];
  const trick = tricks(client, eventId);
  const first = scalpers[0] as Place;
  say("Trying to get ahead …");
  const done: Trick[] = [await trick.early(scalpers), await trick.forged(scalpers), await trick.shared(scalpers)];
  done.push(await trick.again(first, 50));
  await sleep(Math.max(0, opens - Date.now() + 200));
  done.push(await trick.uninvited(scalpers));
  say("The sale is open …");
  const sale = { client, eventId, limit, until: Date.now() + 60_000 };
  const admission = await enter(sale, first);
  if (admission) {
    done.push(await trick.borrowed(scalpers.slice(1), admission));
    const many = await trick.parallel(first.account, admission, 20);
    done.push(many);
  }
  const buy = async (place: Place, abandon: number) => {
    const pass = await enter(sale, place);
    return pass ? take(sale, place.account, pass, abandon) : { seats: 0, abandoned: 0, refusals: {} };
  };
  const [mine, theirs] = await Promise.all([
    Promise.all(scalpers.slice(1).map((place) => buy(place, 3))),
    Promise.all(honest.map((place) => buy(place, 0))),
  ]);
  const refusals: Tally = {};
  for (const { refusals: some } of [...mine, ...theirs] as Bought[])
    for (const [name, count] of Object.entries(some as Tally)) refusals[name] = (refusals[name] ?? 0) + count;
  const sum = (of: Bought[]) => of.reduce((total, one) => total + one.seats, 0);
  return {
    signUps,
    tricks: done,
    seats,
    scalper: sum(mine) + (admission ? 1 : 0),
    honest: sum(theirs),
    most: Math.max(...[...mine, ...theirs].map((one) => one.seats)),
    abandoned: mine.reduce((total, one) => total + one.abandoned, 0),
    refusals,
  } satisfies Outcome;
};
