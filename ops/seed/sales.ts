/** What is for sale on a fresh machine: an event of each kind, a sale in each state. Pure; times follow from `now` (epoch ms). */
import { createHash } from "node:crypto";
import type * as z from "zod/mini";
import type * as Catalog from "#core/catalog/index.ts";
import { iso } from "#core/lib/clock.ts";
import * as A320 from "./plans/a320.ts";
import * as Arena from "./plans/arena.ts";
import * as Attic from "./plans/attic.ts";
import * as Club from "./plans/club.ts";
import * as Theatre from "./plans/theatre.ts";

/** An event as an organiser sends it, without fields that have a default. */
export type Offer = z.input<typeof Catalog.NewEvent>;
export type Sale = {
  name: string;
  offer: Offer;
  /** What an organiser did with it afterwards. */
  afterwards?: "paused";
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The same name gives the same id, so that a restart finds the events of an earlier start. */
export const idOf = (name: string): string => {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const letters = [...createHash("sha256").update(`onsale ${name}`).digest()].map((byte) => alphabet[byte % 32]);
  return `evt_0${letters.slice(0, 25).join("")}`;
};

/** An evening in Seoul, `days` from now at this hour there. */
const evening = (now: number, days: number, hour: number): number =>
  Math.floor((now + 9 * HOUR) / DAY) * DAY + days * DAY + (hour - 9) * HOUR;

/** The same for a whole month, so that stored data always has events in the future. */
export const edition = (now: number): string => iso(now + 9 * HOUR).slice(0, 7);

const tour = "Aurora: Northern Lights Tour";

/** The sale that opens in two minutes, with a lobby. `night` distinguishes those of several starts. */
export const opening = (now: number, night: number): Offer => ({
  kind: "concert",
  title: `${tour}, Night ${night}`,
  venue: "Hangang Arena, Seoul",
  startsAt: iso(evening(now, 60 + night, 19)),
  salesOpenAt: iso(now + 2 * MINUTE),
  prices: Arena.prices,
  plan: Arena.plan,
  generalAdmission: Arena.generalAdmission,
  queue: { admitPerSecond: 20, maxActive: 500 },
});

/** The search text that finds every night of the opening sale and nothing else. */
export const openingQuery = { kind: "concert", q: tour } as const;

const flight = (now: number, days: number): Offer => ({
  kind: "flight",
  title: "Seoul to Tokyo, flash fare",
  venue: "OS 702, Airbus A320",
  startsAt: iso(evening(now, days, 9)),
  salesOpenAt: iso(now - HOUR),
  salesCloseAt: iso(evening(now, days, 7)),
  prices: A320.prices,
  plan: A320.plan,
  maxSeatsPerOrder: 6,
  queue: { admitPerSecond: 50, maxActive: 50, sessionSeconds: 300 },
  flight: {
    origin: "ICN",
    destination: "NRT",
    departsAt: iso(evening(now, days, 9)),
    arrivesAt: iso(evening(now, days, 9) + 2.4 * HOUR),
  },
});

/** Sold out by orders of its own; see guests.ts. */
export const soldOut = (now: number): Sale => ({
  name: `attic ${edition(now)}`,
  offer: {
    kind: "concert",
    title: "Unplugged in the Attic",
    venue: "The Attic, Seoul",
    startsAt: iso(evening(now, 35, 20)),
    salesOpenAt: iso(now - HOUR),
    prices: Attic.prices,
    plan: Attic.plan,
    maxSeatsPerOrder: 8,
    queue: { enabled: false },
  },
});

/** Every sale with an id of its own. */
export const standing = (now: number): Sale[] => [
  {
    name: `theatre ${edition(now)}`,
    offer: {
      kind: "theatre",
      title: "뮤지컬 달빛 아래 (Under the Moonlight)",
      venue: "달빛극장, 서울",
      startsAt: iso(evening(now, 42, 19)),
      salesOpenAt: iso(now - HOUR),
      prices: Theatre.prices,
      plan: Theatre.plan,
      queue: { enabled: false },
    },
  },
  { name: `flight ${edition(now)}`, offer: flight(now, 49) },
  {
    name: `club ${edition(now)}`,
    offer: {
      kind: "club",
      title: "Basement Session: House till Dawn",
      venue: "Club Basement, 이태원",
      startsAt: iso(evening(now, 38, 23)),
      salesOpenAt: iso(now - HOUR),
      prices: Club.prices,
      generalAdmission: Club.generalAdmission,
      queue: { enabled: false },
    },
  },
  {
    name: `match ${edition(now)}`,
    offer: {
      kind: "match",
      title: "Seoul Tigers vs Busan Waves",
      venue: "Hangang Arena, Seoul",
      startsAt: iso(evening(now, 45, 18)),
      salesOpenAt: iso(now - HOUR),
      prices: Arena.prices,
      plan: Arena.plan,
      generalAdmission: Arena.generalAdmission,
      queue: { enabled: true, admitPerSecond: 20, maxActive: 500 },
    },
    afterwards: "paused",
  },
  {
    name: `past ${edition(now)}`,
    offer: {
      kind: "theatre",
      title: "연극 봄의 끝 (The End of Spring)",
      venue: "달빛극장, 서울",
      startsAt: iso(evening(now, -7, 19)),
      salesOpenAt: iso(now - 60 * DAY),
      prices: Theatre.prices,
      plan: Theatre.plan,
      queue: { enabled: false },
    },
  },
];
