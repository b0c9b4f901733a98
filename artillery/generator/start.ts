/**
 * The project's own generator, for rates above Artillery's: `node artillery/generator/start.ts <folder>`. It plays the crowds of the
 * folder's `prepared.json`. Each visitor starts at a random moment of their second, whether or not earlier visitors have finished.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { pollSeconds } from "./poll.ts";
import { type Recorder, recorder } from "./recorder.ts";

export type Account = {
  userId: string;
  email: string;
  token: string;
  /** With its private key, as the processor serialises it. */
  passkey?: string;
};

/** The visitors of one second: their number, and the ms within which they come. */
export type Crowd = { count: number; within: number };

export type Prepared = {
  target: string;
  eventId: string;
  /** `queue`: joins, polls until called, claims. `ask`: one request, to measure the generator's own limit. */
  journey: "queue" | "ask";
  /** The visitors of the first second, of the next, … */
  crowds: Crowd[];
  accounts: Account[];
};

/** The number of retries of a visitor who got 503 or 429. */
const maxAttempts = 5;
const patienceMs = 600_000;

/** Connections are shared, as at an edge. The wait for a free one is part of a visitor's time. */
const agent = new Agent({ connections: 32, pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 });

// biome-ignore lint/suspicious/noExplicitAny: answers are read as a page reads them.
type Reply = { status: number; body: any; retryAfter: number };
type Ask = { token?: string; body?: object; expect?: number[] };

const request = async (target: string, method: "GET" | "POST", path: string, { token, body }: Ask): Promise<Reply> => {
  try {
    const answer = await agent.request({
      ...{ origin: target, path, method },
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
      },
      body: body ? JSON.stringify(body) : null,
    });
    const text = await answer.body.text();
    const json = text && /json/.test(String(answer.headers["content-type"]));
    const retryAfter = Number(answer.headers["retry-after"] ?? 1);
    return { status: answer.statusCode, body: json ? JSON.parse(text) : text, retryAfter };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { status: 0, body: { code: code ?? message }, retryAfter: 1 };
  }
};

/** Sends a request, and counts and times it under the step's name. Undefined for an unexpected answer. */
const sender =
  (target: string, record: Recorder) =>
  async (step: string, method: "GET" | "POST", path: string, ask: Ask = {}): Promise<Reply | undefined> => {
    for (let attempt = 1; ; attempt++) {
      const began = performance.now();
      const reply = await request(target, method, path, ask);
      const { status, body, retryAfter } = reply;
      const ok = ask.expect?.includes(status) ?? (status >= 200 && status < 300);
      const busy = (status === 503 || status === 429) && attempt < maxAttempts;
      record.took(step, performance.now() - began, ok || busy);
      if (ok) return reply;
      record.count(`${busy ? "retried" : "failed"}.${step}.${status}.${body?.code ?? ""}`);
      if (!busy) return void record.count("failed");
      await sleep(1_000 * retryAfter * (0.5 + Math.random()));
    }
  };

type Visit = { send: ReturnType<typeof sender>; record: Recorder; eventId: string; account: Account };

/** Joins, polls until called, claims. The capacity is enough for all, so nobody has to leave for the next visitor. */
const queue = async ({ send, record, eventId, account: { userId, token } }: Visit): Promise<void> => {
  const event = `/v1/events/${eventId}/queue`;
  const began = performance.now();
  const place = (await send("join", "POST", `${event}/places`, { token, body: {} }))?.body;
  if (!place) return;
  const { idx: index } = JSON.parse(Buffer.from(place.place.split(".")[1], "base64url").toString());
  let number: number | undefined = place.number ?? undefined;
  record.count("joined");
  record.saw({ eventId, userId, index, number });
  for (;;) {
    const line = (await send("status", "GET", event))?.body;
    if (!line) return;
    if (number === undefined || line.serving >= number) {
      const ask = { token, body: { place: place.place }, expect: [201, 409] };
      const claimed = await send("claim", "POST", `${event}/admissions`, ask);
      if (claimed?.status === 201) {
        record.count("admitted");
        record.took("wait", performance.now() - began);
        return record.saw({ eventId, userId, index, number, admittedAt: Date.now() });
      }
      if (!claimed) return;
      number = claimed.body.number ?? number;
    }
    const pauseMs = 1_000 * pollSeconds(line, number);
    if (performance.now() + pauseMs > began + patienceMs) return record.count("impatient");
    await sleep(pauseMs * (0.9 + 0.2 * Math.random()));
  }
};

const ask = async ({ send }: Visit): Promise<void> => void (await send("ask", "GET", "/"));

const play = async ({ target, eventId, journey, crowds, accounts }: Prepared, folder: string): Promise<void> => {
  const record = recorder(folder);
  const send = sender(target, record);
  let next = 0;
  const visit = async (afterMs: number): Promise<void> => {
    await sleep(afterMs);
    record.count("arrived");
    const account = accounts[next++ % accounts.length] as Account;
    await (journey === "queue" ? queue : ask)({ send, record, eventId, account });
  };
  const began = performance.now();
  const visits: Promise<void>[] = [];
  for (const [second, { count, within }] of crowds.entries()) {
    await sleep(Math.max(0, began + 1_000 * second - performance.now()));
    visits.push(...Array.from({ length: count }, () => visit(Math.random() * within)));
  }
  await Promise.all(visits);
  record.stop();
};

if (import.meta.main) {
  const folder = process.argv[2] ?? ".";
  await play(JSON.parse(readFileSync(join(folder, "prepared.json"), "utf8")), folder);
  process.exit(0);
}
