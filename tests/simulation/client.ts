/** The typed client of a simulated user, and its answers as values. */
import { type Client, createClient } from "#client/client.ts";
import type { Fetch } from "#client/http.ts";
import { ApiProblem } from "#client/problem.ts";
import type { Session } from "#client/session.ts";

/** Signed in by a token that outlives the sale, so that it is never refreshed. */
export const clientOf = (fetch: Fetch, token: string): Client => {
  const session: Session = {
    keep: () => {},
    forget: () => {},
    token: async (refused) => (refused ? undefined : token),
    renew: async () => token,
  };
  return createClient({ fetch, session });
};

/** The answer or the refusal. Throws an error that is not an answer of the product. */
export const told = <T>(call: Promise<T>): Promise<T | ApiProblem> =>
  call.catch((error: unknown) => {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.status === 0) throw error.cause;
    return error;
  });
