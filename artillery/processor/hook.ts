/** What Artillery gives a hook, how a hook asks the system, and how it reads an answer. */
import { randomUUID } from "node:crypto";

// biome-ignore lint/suspicious/noExplicitAny: answers and variables are read as a page reads them.
export type Vars = Record<string, any>;
export type Context = { vars: Vars };
export type Events = { emit(kind: "counter" | "histogram", name: string, value: number): void };
export type Request = { name: string; json?: object };
export type Response = { statusCode: number; body: string; timings: { start: number } };

export const PASSWORD = "a-visitor-of-a-load-test";

export const ask = async (method: "GET" | "POST", url: string, body?: object, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    headers: { "content-type": "application/json", "idempotency-key": randomUUID(), ...headers },
  });
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status} ${await answer.text()}`);
  return JSON.parse(await answer.text());
};

export const read = ({ body }: Response): Vars => (body ? JSON.parse(body) : {});
