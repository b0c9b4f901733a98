/** What a buyer was told, and when: to be held against what the tables say. Times are of the sale's clock, epoch ms. */
import type { VisitorFacts } from "#ops/audit/index.ts";

/** Holds of an event that one account may release within ten minutes. */
export const HOLDS_BEFORE_WAIT = 3;

/** `sent`: the request that was answered so; `first`: the first one with its key, whatever became of it; `at`: the answer. */
export type Moment = { first: number; sent: number; at: number };

/** That seats cannot be had: `seats`, or as many as `quantity`. `since`: how long ago it may have been true. */
export type Refusal = { code: string; quantity: number; seats: string[]; since: number; at: number };

export type Kept = {
  orderId: string;
  seats: { seatId: string; sectionId: string }[];
  total: number;
  payBy: number;
  held: Moment;
  /** When it was given back: released or refunded. */
  left?: Moment;
  /** Where its buyer last saw it. */
  status: string;
  payment?: { method: string; status: string; reason?: string };
};

export type Story = {
  userId: string;
  /** Points that were a present. */
  balance: number;
  place?: VisitorFacts;
  /** When they first asked for seats. */
  asked?: number;
  order?: Kept;
  /** Orders that they held and released before it, the oldest first. */
  released: Kept[];
  refusals: Refusal[];
  /** That they have to wait before the next hold: when they heard it, and for how many seconds. */
  waits: { at: number; seconds: number }[];
  /** How it ended, as its buyer would say it. */
  end: string;
  /** What was wrong with an answer by itself. */
  wrong: string[];
};

export const story = (userId: string, balance: number): Story => ({
  ...{ userId, balance, released: [], refusals: [], waits: [], end: "under way", wrong: [] },
});

/** All orders that its buyer knows of, the oldest first. */
export const ordersOf = ({ released, order }: Story): Kept[] => [...released, ...(order ? [order] : [])];
