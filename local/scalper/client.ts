/** Accounts that talk to a running system from outside, and count what they were answered. */
import { randomUUID } from "node:crypto";

// biome-ignore lint/suspicious/noExplicitAny: answers are read as an attacker would, field by field.
export type Answer = { status: number; body: any };
export type Account = { userId: string; token: string };

/** How often each answer came: a status, or a problem's code. */
export type Tally = Record<string, number>;

export const add = (tally: Tally, { status, body }: Answer): void => {
  const name = status < 300 ? String(status) : `${status} ${body?.code ?? ""}`.trim();
  tally[name] = (tally[name] ?? 0) + 1;
};

export const client = (target: string) => {
  const call = async (
    method: string,
    path: string,
    more: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const response = await fetch(`${target}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(more.token && { authorization: `Bearer ${more.token}` }),
        ...more.headers,
      },
      ...(more.body !== undefined && { body: JSON.stringify(more.body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
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

  return { call, signIn, account };
};

export type Client = ReturnType<typeof client>;
