/**
 * The data of a fresh system: accounts, an event of each kind, a sale in each state. It runs at every start and leaves existing data as
 * it is. Only a sale that opens in two minutes is made again, when the last one has opened.
 */
import * as z from "zod/mini";
import * as Catalog from "#core/catalog/index.ts";
import * as Clock from "#core/lib/clock.ts";
import { buy } from "./guests.ts";
import { buyer, ensure, guests, organiser } from "./people.ts";
import { idOf, type Offer, opening, openingQuery, type Sale, soldOut, standing } from "./sales.ts";

type Options = {
  /** Called before anything that takes long. */
  say: (line: string) => void;
  /** epoch ms */
  now?: number;
};

/** Fills an empty stage. On a full one it is quick and changes nothing. The worker settles the orders a moment later. */
export const seed = async ({ say, now = Clock.now() }: Options): Promise<void> => {
  if (!(await exists(idOf(soldOut(now).name)))) say("Making the first accounts and events");
  const [userIds] = await Promise.all([
    Promise.all(guests.map((guest) => ensure(guest, now))),
    ensure(organiser, now),
    ensure(buyer, now),
    ...standing(now).map((sale) => make(sale, now)),
    open(now),
  ]);
  const eventId = await make(soldOut(now), now);
  for (const userId of userIds) await buy(userId, eventId, now);
  await Catalog.counted(eventId, now); // so that lists say at once that it is sold out
};

const exists = async (eventId: string): Promise<boolean> => (await Catalog.find(eventId)) !== undefined;

/** Makes an event of a known id once. Later changes by an organiser stay. */
const make = async ({ name, offer, afterwards }: Sale, now: number): Promise<string> => {
  const eventId = idOf(name);
  if (await exists(eventId)) return eventId;
  await Catalog.create({ eventId, event: parse(offer), now });
  if (afterwards) await Catalog.change({ eventId, patch: { status: afterwards }, by: "seed", now, announce: noBuyers });
  return eventId;
};

/** A new event has no buyers, so nobody is mailed. */
const noBuyers = async (): Promise<void> => {};

/** Makes a sale that opens in two minutes, unless one has not opened yet. */
const open = async (now: number): Promise<void> => {
  const nights = await everyNight(now);
  if (nights.some((event) => event.status === "scheduled")) return;
  await Catalog.create({ event: parse(opening(now, nights.length + 1)), now });
};

const everyNight = async (now: number): Promise<Catalog.EventView[]> => {
  const found: Catalog.EventView[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await Catalog.list({ ...openingQuery, from: "2020-01-01", limit: 100, cursor }, now);
    found.push(...page.items);
    if (page.next === null) return found;
    cursor = page.next;
  }
};

/** With the defaults that the API gives. */
const parse = (offer: Offer): Catalog.NewEvent => z.parse(Catalog.NewEvent, offer);
