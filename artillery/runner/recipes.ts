/** What each of Artillery's scripts needs before it begins, and the scenarios of the project's own generator. */
import type { Prepared } from "../generator/start.ts";

export type Phase = {
  /** Seconds, or as `1500ms`. */
  duration: number | string;
  arrivalRate?: number;
  arrivalCount?: number;
  name?: string;
};

export type EventRecipe = {
  /** Zones of equal rows; seats are `S<zone>-<row>-<number>`. */
  zones: number;
  rows: number;
  seats: number;
  holdSeconds?: number;
  /** Without it, none. */
  queue?: { admitPerSecond: number; maxActive: number; claimSeconds?: number };
};

export type Recipe = {
  event: EventRecipe;
  /** Other events in the catalogue, for lists to have pages. */
  catalogue?: number;
  /** The accounts can sign in by password. */
  login?: true;
  /** Upper bounds that Artillery cannot check: `<what>.drift` and `card.ratio` as ratios; `pick.success` is a lower one, in percent. */
  bounds?: Record<string, number>;
  /** The expected bottleneck of the machine, which the report names if it was one. */
  measures?: "dynamodb";
  /** Seconds between the last visitor and the audit, in which holds lapse. */
  rest?: number;
};

export type Scenario = Recipe & {
  name: string;
  title: string;
  phases: Phase[];
  /** Variables of the script; `visitors` is how many accounts it needs. */
  variables: { visitors?: number; balance?: number; poor?: number; passkeys?: boolean } & Record<string, unknown>;
  /** Upper bounds: `<step>.p95` and the like in ms, else a counter. */
  thresholds: Record<string, number>;
  /** The journey that the project's own generator plays; Artillery plays the script without it. */
  journey?: Prepared["journey"];
};

const queue = { admitPerSecond: 100, maxActive: 2_000 };
const flow = { event: { zones: 10, rows: 20, seats: 40, queue }, measures: "dynamodb" } as const;
const small = { zones: 4, rows: 10, seats: 20 };
const journey = { zones: 8, rows: 25, seats: 30 };
const pages = { catalogue: 280 };
const entry = { admitPerSecond: 50, maxActive: 1_000 };

/** What each of Artillery's scripts needs before it begins. */
export const recipes: Record<string, Recipe> = {
  smoke: flow,
  flow,
  soak: {
    ...flow,
    event: { zones: 30, rows: 25, seats: 40, queue },
    bounds: { "hold.drift": 1.5, "pay.drift": 1.5, "settled.drift": 1.5, "memory.drift": 1.15, "handles.drift": 1.15 },
  },
  signin: { event: { zones: 1, rows: 1, seats: 10 }, login: true },
  passkey: { event: { zones: 1, rows: 1, seats: 10 } },
  "book-230": { event: small },
  "confirm-150": { event: small, measures: "dynamodb" },
  journey: { ...pages, event: { zones: 4, rows: 20, seats: 20, queue: entry } },
  "journey-2000": { ...pages, event: { ...journey, queue: entry } },
  "journey-2000-open": { ...pages, event: journey },
  "flight-deal": {
    event: { zones: 1, rows: 30, seats: 6, queue: { admitPerSecond: 30, maxActive: 300 } },
    measures: "dynamodb",
  },
  // abandoned seats stay held for `holdSeconds` and five minutes of grace; after that every seat is sold or free
  sellout: {
    event: {
      ...{ zones: 15, rows: 25, seats: 40, holdSeconds: 20 },
      queue: { admitPerSecond: 15, maxActive: 3_000, claimSeconds: 30 },
    },
    bounds: { "pick.success": 95, "seats.held": 0 },
    ...{ rest: 325, measures: "dynamodb" },
  },
  "limit-artillery": { event: { zones: 1, rows: 1, seats: 10 } },
};

const waiting = { failed: 0, impatient: 0, "join.p95": 250, "status.p95": 250, "claim.p95": 250 };
const hall = { zones: 10, rows: 25, seats: 40 };

/** Scenarios above what Artillery sends from two cores. */
export const generated: Scenario[] = [
  {
    name: "queue-10k",
    title: "10,000 visitors join at 1,000 a second, and wait",
    journey: "queue",
    phases: [{ duration: 10, arrivalRate: 1_000 }],
    variables: { visitors: 10_000 },
    event: { ...hall, queue: { admitPerSecond: 250, maxActive: 10_000 } },
    thresholds: waiting,
  },
  {
    // the highest rate at which two cores run system, engines and generator within the bounds
    name: "queue-50k",
    title: "50,000 visitors join at 1,087 a second, and wait",
    journey: "queue",
    phases: [{ duration: 46, arrivalCount: 50_000 }],
    variables: { visitors: 50_000 },
    event: { ...hall, queue: { admitPerSecond: 500, maxActive: 50_000 } },
    thresholds: waiting,
  },
  {
    name: "limit",
    title: "The generator's own limit: more and more requests to a server that answers at once",
    journey: "ask",
    phases: [500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000].map((arrivalRate) => ({ duration: 5, arrivalRate })),
    variables: { visitors: 1 },
    event: { zones: 1, rows: 1, seats: 10 },
    thresholds: { failed: 0 },
  },
];
