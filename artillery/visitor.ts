/** One visitor with an account of their own, who asks the API as a page does. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import * as Recorder from "./recorder.ts";
import type { Account, Prepared } from "./scenario.ts";

/** The runner names it; a worker on AWS finds it beside its script. */
const file = resolve(process.env.RUSH_PREPARED ?? "prepared.json");
const prepared: Prepared = JSON.parse(readFileSync(file, "utf8"));
const accounts: Account[] = readFileSync(join(dirname(file), prepared.accounts), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Account);
/** Workers on AWS do not know each other: each begins somewhere else in the list. */
let next = process.env.WORKER_ID === undefined ? 0 : Math.floor(Math.random() * accounts.length);

/** Connections are shared as those of an edge are: a visitor waits for one as for anything else. */
const agent = new Agent({ connections: 32, pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 });

// biome-ignore lint/suspicious/noExplicitAny: answers are read as a page reads them.
export type Reply = { status: number; body: any; headers: Record<string, string | string[] | undefined>; ms: number };

type Ask = {
  body?: unknown;
  headers?: Record<string, string>;
  /** Statuses that are no fault of the system; any 2xx without it. */
  expect?: number[];
  /** Without the account's token. */
  anonymous?: boolean;
};

/** The system answered what it should not have, or not at all. */
export class Failed extends Error {}

/** How often a visitor tries again who was told 503 or 429. */
const TRIES = 5;

export type Visitor = ReturnType<typeof visitor>;

type Emitter = { emit(event: string, ...args: unknown[]): unknown };

export const visitor = (events: Emitter) => {
  const given = accounts[next++ % accounts.length];
  if (!given) throw new Error("No account was prepared.");
  const account = { ...given };

  const request = async (method: string, path: string, ask: Ask): Promise<Reply> => {
    const began = performance.now();
    const payload = ask.body === undefined ? null : JSON.stringify(ask.body);
    const headers: Record<string, string> = { ...ask.headers };
    if (payload) headers["content-type"] = "application/json";
    if (!ask.anonymous) headers.authorization = `Bearer ${account.token}`;
    events.emit("counter", "http.requests", 1);
    try {
      const answer = await agent.request({
        origin: prepared.target,
        path,
        method: method as "GET",
        headers,
        body: payload,
      });
      const text = await answer.body.text();
      const ms = performance.now() - began;
      const body = text && /json/.test(String(answer.headers["content-type"])) ? JSON.parse(text) : text;
      return { status: answer.statusCode, body, headers: answer.headers, ms };
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      return { status: 0, body: { code: code ?? message }, headers: {}, ms: performance.now() - began };
    }
  };

  /** Asks once, counts and times it under the step's name. Throws `Failed` for an answer that was not to be expected. */
  const send = async (step: string, method: string, path: string, ask: Ask = {}): Promise<Reply> => {
    for (let tries = 1; ; tries++) {
      const reply = await request(method, path, ask);
      const ok = ask.expect?.includes(reply.status) ?? (reply.status >= 200 && reply.status < 300);
      const busy = !ok && (reply.status === 503 || reply.status === 429) && tries < TRIES;
      Recorder.took(step, reply.ms, ok || busy);
      events.emit("histogram", step, reply.ms);
      events.emit("counter", `http.codes.${reply.status}`, 1);
      if (ok) return reply;
      if (!busy) {
        tell("failed");
        tell(`failed.${step}.${reply.status}.${reply.body?.code ?? ""}`);
        throw new Failed(`${step} ${reply.status} ${reply.body?.code ?? ""}`);
      }
      tell(`retried.${step}.${reply.body?.code ?? reply.status}`);
      await sleep(1_000 * Number(reply.headers["retry-after"] ?? 1) * (0.5 + Math.random()));
    }
  };

  /** Goes on as somebody else, who has just signed in. */
  const signedIn = (token: string): void => {
    account.token = token;
  };

  /** Counts something that happened to this visitor. */
  const tell = (name: string): void => {
    Recorder.count(name);
    events.emit("counter", name, 1);
  };

  /** Times something that is no single request, ms. */
  const timed = (step: string, ms: number): void => {
    Recorder.took(step, ms, true);
    events.emit("histogram", step, ms);
  };

  return {
    ...account,
    eventId: prepared.eventId,
    password: prepared.password,
    params: prepared.params,
    cards: prepared.cards,
    send,
    signedIn,
    tell,
    timed,
  };
};

export const saw = Recorder.saw;
export { sleep };

let second = 0;

/**
 * A journey as Artillery plays it, by the crowd of the next second: each visitor comes at a random moment of it, however the others fare.
 * What a visitor meets that is no fault ends their journey quietly.
 */
export const journey = (play: (visitor: Visitor) => Promise<void>) => {
  const visit = async (events: Emitter, after: number): Promise<void> => {
    await sleep(after);
    Recorder.arrived();
    try {
      await play(visitor(events));
    } finally {
      await Recorder.left();
    }
  };
  return async (_context: unknown, events: Emitter): Promise<void> => {
    const { count, within } = prepared.crowds[second++] ?? { count: 0, within: 0 };
    const visits = await Promise.allSettled(Array.from({ length: count }, () => visit(events, Math.random() * within)));
    const failed = visits.find((each) => each.status === "rejected");
    if (failed) throw failed.reason;
  };
};
