/** What a scenario file says: the shape of the load, what has to be there before it begins, and what has to come out. */
export type EventRecipe = {
  /** Zones of equal rows; seats are `S<zone>-<row>-<number>`. */
  zones: number;
  rows: number;
  seats: number;
  holdSeconds?: number;
  maxSeatsPerUser?: number;
  /** None without it. */
  queue?: { admitPerSecond: number; maxActive: number; sessionSeconds?: number; claimSeconds?: number };
};

export type Scenario = {
  /** One line for `--list`. */
  title: string;
  /** A function of players.ts. */
  play: string;
  /** As Artillery says them; `--scale` multiplies their rates and counts, not their durations. */
  phases: { duration: number; arrivalRate?: number; rampTo?: number; arrivalCount?: number; name?: string }[];
  accounts: {
    count: number;
    /** Points of each; with `poor`, of every so many-th none. */
    balance?: number;
    poor?: number;
    /** They can sign in by password. */
    login?: boolean;
  };
  event: EventRecipe;
  /** Other events in the catalogue, for lists to have pages. */
  catalogue?: number;
  /** The journey's own settings. */
  params?: Record<string, number>;
  /** Upper bounds: `<step>.p95` and the like in ms, `<step>.drift` as a ratio, `failed` in visits; `pick.success` a lower one in percent. */
  thresholds: Record<string, number>;
  /** What the machine is expected to be short of, said in the report where it was. */
  measures?: "dynamodb";
  /** Seconds after the last visitor before the audit, for holds to lapse. */
  rest?: number;
};

export const scenario = (scenario: Scenario): Scenario => scenario;

/** An account as a journey has it. */
export type Account = { userId: string; email: string; token: string };

/** The visitors of one second: how many, and within how many ms they come, each at a moment of their own. */
export type Crowd = { count: number; within: number };

/** What the runner has made before the clock starts; `params` are the scenario's own. */
export type Prepared = {
  target: string;
  eventId: string;
  password: string;
  params: Record<string, number>;
  /** The gateway's emulator, where some pay by card: its address, and the key of a page. */
  cards?: { provider: "sandbox" | "stripe" | "toss"; url: string; key: string };
  /** Who comes in the first second, in the next, … */
  crowds: Crowd[];
  /** File of accounts beside this one, JSON lines. */
  accounts: string;
};
