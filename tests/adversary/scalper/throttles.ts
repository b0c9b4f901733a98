/** What one address may do: guess passwords, and ask at all. From an address of its own, so that nobody else pays for it. */
import { randomUUID } from "node:crypto";
import type { Answer, Client, Tally } from "./client.ts";
import { add } from "./client.ts";
import { each } from "./sale.ts";
import type { Trick } from "./tricks.ts";

/** Tries one after the other, and tells how many beyond `allowed` were not turned away. */
const beyond = async (name: string, allowed: number, tried: number, ask: () => Promise<Answer>, away: number) => {
  const answers: Tally = {};
  let judged = 0;
  await each(Array.from({ length: tried }), 1, async () => {
    const answer = await ask();
    if (answer.status !== away) judged++;
    add(answers, answer);
  });
  return { name, tried, got: Math.max(0, judged - allowed), answers } satisfies Trick;
};

/** Each guess at another account, so that none of them is shut before the address has to work. */
export const guesses = ({ call }: Client, allowed: number): Promise<Trick> =>
  beyond(
    `passwords guessed from one address, beyond ${allowed}`,
    allowed,
    allowed + 20,
    () => call("POST", "/v1/sessions", { body: { email: `${randomUUID()}@onsale.test`, password: "guess-guess" } }),
    403,
  );

/** Sign-ups that lack everything: they count as much as whole ones. */
export const hammering = ({ call }: Client, allowed: number): Promise<Trick> =>
  beyond(
    `sign-ups of one address in a minute, beyond ${allowed}`,
    allowed,
    allowed + 200,
    () => call("POST", "/v1/accounts", { body: {} }),
    429,
  );
