/** Accounts that talk to a running system from outside, and count what they were answered. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

// biome-ignore lint/suspicious/noExplicitAny: answers are read as an attacker would, field by field.
export type Answer = { status: number; body: any };
export type Account = { userId: string; token: string };

/** How often each answer came: a status, or a problem's code. */
export type Tally = Record<string, number>;

export const add = (tally: Tally, { status, body }: Answer): void => {
  const name = status < 300 ? String(status) : `${status} ${body?.code ?? ""}`.trim();
  tally[name] = (tally[name] ?? 0) + 1;
};

type More = { token?: string; body?: unknown; headers?: Record<string, string> };

/** Asks `target` from `address`, one of this machine's own: all of 127/8 on Linux. */
export const client = (target: string, address?: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const call = async (method: string, path: string, { token, body, headers }: More = {}): Promise<Answer> => {
    const asking = request(`${target}${path}`, {
      method,
      agent,
      ...(address && { localAddress: address }),
      headers: {
        "content-type": "application/json",
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    asking.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    const said = await text(response);
    return { status: response.statusCode ?? 0, body: said ? JSON.parse(said) : undefined };
  };

  const signIn = async (email: string, password: string): Promise<Account> => {
    const { body } = await call("POST", "/v1/sessions", { body: { email, password } });
    const claims = JSON.parse(Buffer.from(body.accessToken.split(".")[1], "base64url").toString());
    return { userId: claims.sub, token: body.accessToken };
  };

  /** Signs up as anybody can. */
  const account = async (kind: string): Promise<Account> => {
    const email = `${kind}-${randomUUID()}@onsale.test`;
    const password = randomUUID();
    await call("POST", "/v1/accounts", { body: { email, password, name: kind } });
    return signIn(email, password);
  };

  return { call, signIn, account, close: () => agent.destroy() };
};

export type Client = ReturnType<typeof client>;
