/** Sends requests as a page does: repeated with the same key, after growing pauses, until there is an answer. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallOptions, Reply, User } from "#tests/support/stage.ts";
import type { Sale } from "./sale.ts";
import type { Moment } from "./story.ts";

/** ms without an answer after which the buyer's run fails: longer than any fault and any clock error. */
const ANSWERED_WITHIN_MS = 90_000;
const LONGEST_PAUSE_MS = 800;

export class Unanswered extends Error {
  override name = "Unanswered";
}

export type Answer = { reply: Reply; moment: Moment; ms: number };
export type Ask = (key: Parameters<Sale["call"]>[0], options?: CallOptions) => Promise<Answer>;

/** An answer of API Gateway itself, of an overload, or a client's timeout decides nothing. */
const settles = (reply: Reply | undefined): reply is Reply =>
  reply !== undefined && reply.status < 500 && reply.status !== 429;

export const asker =
  (sale: Sale, { token }: User): Ask =>
  async (key, options = {}) => {
    const began = performance.now();
    const first = sale.now();
    const params = { eventId: sale.eventId, ...options.params };
    const headers = { "idempotency-key": randomUUID(), ...options.headers };
    for (let tries = 0; ; tries++) {
      const sent = sale.now();
      const reply = await sale.call(key, { token, ...options, params, headers }).catch(() => undefined);
      const ms = performance.now() - began;
      if (settles(reply)) return { reply, moment: { first, sent, at: sale.now() }, ms };
      if (ms > ANSWERED_WITHIN_MS) throw new Unanswered(`${key} had no answer within ${ANSWERED_WITHIN_MS / 1_000} s`);
      await sleep(Math.min(LONGEST_PAUSE_MS, 40 * 2 ** tries) * (0.5 + Math.random()));
    }
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
