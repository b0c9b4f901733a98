/** A buyer's record: the answers and their times, for comparison with the tables. Times are of the sale's clock, epoch ms. */
import type { Order } from "#client/shapes.ts";
import type { VisitorFacts } from "#ops/audit/index.ts";

/** Holds of an event that one account may release within ten minutes. */
export const HOLDS_BEFORE_WAIT = 3;

/** `sent`: the request with this answer; `first`: the first request with its key; `at`: the answer. */
export type Moment = { first: number; sent: number; at: number };

/** An answer that seats are not free: `seats`, or a number of `quantity`. `since`: the earliest time of which it may have been true. */
export type Refusal = { code: string; quantity: number; seats: string[]; since: number; at: number };

/** An order as it was held, with its status, payment and tickets as last seen. `left`: when it was released or refunded. */
export type Kept = Order & { held: Moment; left?: Moment };

export type Story = {
  userId: string;
  /** Points that were given. */
  balance: number;
  place?: VisitorFacts;
  /** The time of the first hold request. */
  asked?: number;
  order?: Kept;
  /** Orders held and released before it, the oldest first. */
  released: Kept[];
  refusals: Refusal[];
  /** An answered cooldown: its time, and its seconds. */
  waits: { at: number; seconds: number }[];
  /** Its end, from the buyer's view. */
  end: string;
  /** Faults of single answers. */
  wrong: string[];
};

export const story = (userId: string, balance: number): Story => ({
  ...{ userId, balance, released: [], refusals: [], waits: [], end: "under way", wrong: [] },
});

/** All orders that the buyer was told about, the oldest first. */
export const ordersOf = ({ released, order }: Story): Kept[] => [...released, ...(order ? [order] : [])];
