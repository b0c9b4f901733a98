/** The limits of one address: password guesses and requests. It uses an address of its own, so that no other client is throttled. */
import { randomUUID } from "node:crypto";
import * as Buyer from "#client/buyer.ts";
import type { Account } from "#client/shapes.ts";
import { add, type Outside, outcome, type Tally } from "./client.ts";
import { each } from "./sale.ts";
import type { Trick } from "./tricks.ts";

/** Tries one after another, and counts those beyond `allowed` that were not refused. */
const beyond = async (name: string, allowed: number, tried: number, ask: () => Promise<unknown>, away: string) => {
  const answers: Tally = {};
  let judged = 0;
  await each(Array.from({ length: tried }), 1, async () => {
    const answer = await outcome(ask());
    if (!answer.startsWith(away)) judged++;
    add(answers, answer);
  });
  return { name, tried, got: Math.max(0, judged - allowed), answers } satisfies Trick;
};

/** Each guess is at another account, so that no account is locked before the address needs proof of work. */
export const guesses = (from: Outside, allowed: number): Promise<Trick> =>
  beyond(
    `passwords guessed from one address, beyond ${allowed}`,
    allowed,
    allowed + 20,
    () => Buyer.signIn(from.visitor(), { email: `${randomUUID()}@onsale.test`, password: "guess-guess" }),
    "403",
  );

/** Empty sign-ups, which count as much as complete ones. */
export const hammering = (from: Outside, allowed: number): Promise<Trick> =>
  beyond(
    `sign-ups of one address in a minute, beyond ${allowed}`,
    allowed,
    allowed + 200,
    () => Buyer.signUp(from.visitor(), {} as Account),
    "429",
  );
