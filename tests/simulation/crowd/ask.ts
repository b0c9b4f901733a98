/**
 * A buyer's context at each step, and their client. It repeats a request with the same key, after growing pauses, until there is an
 * answer.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fetch } from "#client/http.ts";
import type { User } from "#tests/support/stage.ts";
import { clientOf } from "../client.ts";
import type { Sale } from "./sale.ts";
import type { Moment, Story } from "./story.ts";

/** ms without an answer after which the buyer's run fails: longer than any fault and any clock error. */
export const ANSWERED_WITHIN_MS = 90_000;
const LONGEST_PAUSE_MS = 800;

/** A number in [0, 1) per call. */
export type Random = () => number;
/** The ms of answered steps. */
export type Record = (step: "hold" | "pay" | "settled", ms: number) => void;
export type Visit = { sale: Sale; story: Story; random: Random; record: Record } & ReturnType<typeof asker>;

/** An answer of API Gateway itself, of an overload, or a client's timeout decides nothing. */
const settles = (response: Response | undefined): response is Response =>
  response !== undefined && response.status < 500 && response.status !== 429;

/** A refusal in place of an answer, because the client would repeat the request after an error. */
const unanswered = (url: string): Response =>
  Response.json({ detail: `${url} had no answer within ${ANSWERED_WITHIN_MS / 1_000} s` }, { status: 408 });

/** The client of a buyer, and a function that also answers a call's times. A buyer makes one call at a time. */
export const asker = (sale: Sale, { token }: User) => {
  let sent = 0;
  const fetch: Fetch = async (url, init) => {
    const began = performance.now();
    for (let tries = 0; ; tries++) {
      sent = sale.now();
      const response = await sale.fetch(url, init).catch(() => undefined);
      if (settles(response)) return response;
      if (performance.now() - began > ANSWERED_WITHIN_MS) return unanswered(url);
      await sleep(Math.min(LONGEST_PAUSE_MS, 40 * 2 ** tries) * (0.5 + Math.random()));
    }
  };
  const ask = async <T>(call: () => Promise<T>): Promise<{ answer: T; moment: Moment; ms: number }> => {
    const [began, first] = [performance.now(), sale.now()];
    const answer = await call();
    return { answer, moment: { first, sent, at: sale.now() }, ms: performance.now() - began };
  };
  return { api: clientOf(fetch, token), ask };
};

/** Polls until there is a value; undefined after the timeout. */
export const until = async <T>(look: () => Promise<T | undefined>, step = 100): Promise<T | undefined> => {
  const began = performance.now();
  for (let tries = 0; performance.now() - began < ANSWERED_WITHIN_MS; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(Math.min(LONGEST_PAUSE_MS, step * 1.4 ** tries));
  }
  return undefined;
};
