/** Accounts that call a running system from outside, and count the answers. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import * as Buyer from "#client/buyer.ts";
import { type Client, createClient } from "#client/client.ts";
import type { Fetch } from "#client/http.ts";
import { ApiProblem } from "#client/problem.ts";
import { claims } from "#client/tokens.ts";

export type Account = { userId: string; api: Client };

/** The number of each answer: `ok`, or a problem's status and code. */
export type Tally = Record<string, number>;

export const add = (tally: Tally, name: string): void => {
  tally[name] = (tally[name] ?? 0) + 1;
};

/** The answer of a call. Throws if it is no answer of the API. */
export const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "ok",
    (error) => {
      if (!(error instanceof ApiProblem) || error.status === 0) throw error;
      return `${error.status} ${error.code}`;
    },
  );

export type Outside = ReturnType<typeof outside>;

/** Calls `target` from `address`, one of this machine's own: all of 127/8 on Linux. */
export const outside = (target: string, address?: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const options = { agent, ...(address && { localAddress: address, family: 4 }) };
  const fetch: Fetch = async (url, { method = "GET", headers, body, signal }) => {
    const asking = request(url, {
      ...options,
      method,
      headers: headers as Record<string, string>,
      signal: signal ?? undefined,
    });
    asking.end(body ?? undefined);
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    const { statusCode = 0, headers: received } = response;
    return new Response((await text(response)) || null, {
      status: statusCode,
      headers: received as Record<string, string>,
    });
  };
  // the machine is busy on purpose, so answers are late
  const visitor = (): Client => createClient({ baseUrl: target, fetch, timeoutMs: 120_000 });

  const signIn = async (email: string, password: string): Promise<Account> => {
    const api = visitor();
    const { accessToken } = await Buyer.signIn(api, { email, password });
    return { userId: claims<{ sub: string }>(accessToken)?.sub ?? "", api };
  };

  /** Signs up as any user can. */
  const account = async (kind: string): Promise<Account> => {
    const made = { email: `${kind}-${randomUUID()}@onsale.test`, password: randomUUID(), name: kind };
    await Buyer.signUp(visitor(), made);
    return signIn(made.email, made.password);
  };

  return { visitor, signIn, account, close: () => agent.destroy() };
};
