/** One sale of a crowd: an event with its own clock, which can be moved to where abandoned seats are free again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fetch } from "#client/http.ts";
import { now } from "#core/lib/clock.ts";
import { Transitions } from "#core/order/index.ts";
import { skewed } from "#tests/support/faults/clock.ts";
import { block, type Stage, type User } from "#tests/support/stage.ts";
import type { Story } from "./story.ts";

export type Section = { sectionId: string; kind: "seated" | "general"; capacity: number; seatIds: string[] };

export type Sale = {
  eventId: string;
  queue: boolean;
  sections: Section[];
  stories: Story[];
  /** No buyer cancels any more, so that it sells out. */
  last: boolean;
  now: () => number;
  fetch: Fetch;
  user: (balance: number) => Promise<User>;
  leap: () => void;
};

export type Shape = { queue?: boolean; lobby?: boolean; rows?: number; standing?: number };

/** The kinds by turns: seats without a queue, a lobby, standing room with a line, and both without a queue. */
export const shapes: Shape[] = [
  { rows: 6 },
  { queue: true, lobby: true, rows: 8 },
  { queue: true, standing: 100 },
  { rows: 4, standing: 60 },
];

const ROW = 20;
const HOLD_SECONDS = 300;
/** ms that seats are kept after `payBy`, plus the largest clock error, plus a moment. */
const LEAP_MS = HOLD_SECONDS * 1_000 + Transitions.settleGraceMs + 30_000 + 5_000;
/** ms that the lobby is open. */
const LOBBY_MS = 3_000;

const sectionsOf = ({ rows = 0, standing = 0 }: Shape): Section[] => {
  const seated = block(rows, ROW).zones.flatMap(({ rows }) =>
    rows.flatMap(({ seats }) => seats.map((one) => one.seat_guid)),
  );
  const general = Array.from({ length: standing }, (_, n) => `G-${n + 1}`);
  return [
    { sectionId: "A", kind: "seated" as const, capacity: seated.length, seatIds: seated },
    { sectionId: "G", kind: "general" as const, capacity: standing, seatIds: general },
  ].filter(({ capacity }) => capacity > 0);
};

const eventOf = ({ queue = false, lobby = false, rows = 0, standing = 0 }: Shape) => ({
  title: "A concert for a crowd",
  salesOpenAt: new Date(now() + (lobby ? LOBBY_MS : -60_000)).toISOString(),
  holdSeconds: HOLD_SECONDS,
  prices: { Standard: 10_000 },
  queue: queue
    ? { enabled: true, admitPerSecond: 500, maxActive: 1_000, sessionSeconds: 300, claimSeconds: 60 }
    : { enabled: false },
  ...(rows > 0 && { plan: block(rows, ROW) }),
  ...(standing > 0 && {
    generalAdmission: [{ sectionId: "G", name: "Standing", capacity: standing, category: "Standard" }],
  }),
});

/** The organiser retries too. */
const made = async (stage: Stage, shape: Shape): Promise<string> => {
  for (let tries = 1; ; tries++) {
    try {
      return (await stage.event(eventOf(shape))).eventId;
    } catch (error) {
      if (tries === 40) throw error;
      await sleep(250);
    }
  }
};

export const openSale = async (stage: Stage, shape: Shape): Promise<Sale> => {
  const eventId = await made(stage, shape);
  let ahead = 0;
  return {
    eventId,
    queue: shape.queue === true,
    sections: sectionsOf(shape),
    stories: [],
    last: false,
    now: () => Date.now() + ahead,
    fetch: (url, init) => skewed(ahead, () => stage.fetch(url, init)),
    user: (balance) => skewed(ahead, () => stage.user({ balance })),
    leap: () => {
      ahead += LEAP_MS;
    },
  };
};
