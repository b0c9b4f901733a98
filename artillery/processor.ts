/**
 * What the scripts of this folder cannot say in YAML: who the visitors are, which answers are right, and what a visitor does next.
 * It imports nothing from outside this folder, because `artillery run-lambda` and `run-fargate` bundle it.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { cpus } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { cardToken } from "./generator/cards.ts";
import { pollSeconds } from "./generator/poll.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers and variables are read as a page reads them.
type Vars = Record<string, any>;
type Context = { vars: Vars };
type Events = { emit(kind: "counter" | "histogram", name: string, value: number): void };
type Request = { name: string; json?: object };
type Response = { statusCode: number; body: string; timings: { start: number } };

const PASSWORD = "a-visitor-of-a-load-test";
/** The edge lets one address make 1,200 accounts a minute. */
const accountsPerSecond = 18;
/** An access token lives 30 minutes. */
const freshMs = 20 * 60_000;
const giveUpMs = 60_000;

const ask = async (method: "GET" | "POST", url: string, body?: object, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    headers: { "content-type": "application/json", "idempotency-key": randomUUID(), ...headers },
  });
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status} ${await answer.text()}`);
  return JSON.parse(await answer.text());
};

// Before the clock starts

/** Finds an event on sale, unless `eventId` is given, and signs up the visitors, unless their accounts come from a CSV file. */
export async function prepare({ vars }: Context): Promise<void> {
  if (vars.queue !== undefined) vars.eventId ??= await findEvent(vars);
  if (vars.plan) vars.rows = await rowsOf(vars);
  if (vars.token === undefined) vars.accounts = await signUp(vars);
}

const isRight = ({ status, sections, ...event }: Vars, queue: boolean): boolean =>
  status === "onsale" && event.queue.enabled === queue && sections.some(({ kind }: Vars) => kind === "seated");

const findEvent = async ({ target, queue }: Vars): Promise<string> => {
  for (let cursor = ""; ; ) {
    const { items, next } = await ask("GET", `${target}/v1/events?limit=50${cursor}`);
    const found = items.find((event: Vars) => isRight(event, queue));
    if (found) return found.eventId;
    if (!next)
      throw new Error(
        `No event ${queue ? "with" : "without"} a queue is on sale. Name one: --variables '{"eventId":"…"}'`,
      );
    cursor = `&cursor=${next}`;
  }
};

/** The seats of each section, row by row. */
const rowsOf = async ({ target, eventId }: Vars): Promise<Record<string, string[][]>> => {
  const { zones } = await ask("GET", `${target}/v1/events/${eventId}/plan`);
  const names = ({ seats }: Vars): string[] => seats.map(({ seat_guid: name }: Vars) => name);
  return Object.fromEntries(zones.map((zone: Vars) => [zone.zone_id, zone.rows.map(names)]));
};

const signUp = async ({ target, visitors = 0, balance = 0, poor = 0 }: Vars): Promise<Vars[]> => {
  const all: Vars[] = [];
  if (visitors > 200) console.log(`Signing up ${visitors} visitors, at most ${accountsPerSecond} a second`);
  while (all.length < visitors) {
    const count = Math.min(accountsPerSecond, visitors - all.length);
    const points = (n: number) => (poor && n % poor === 0 ? 0 : balance);
    const some = Array.from({ length: count }, (_, n) => account(target, points(all.length + n)));
    all.push(...(await Promise.all(some)));
    if (all.length < visitors) await sleep(1_000);
  }
  return all;
};

const account = async (target: string, balance: number): Promise<Vars> => {
  const email = `load-${randomUUID()}@onsale.test`;
  const { userId } = await ask("POST", `${target}/v1/accounts`, { email, password: PASSWORD, name: "A Visitor" });
  const session = await ask("POST", `${target}/v1/sessions`, { email, password: PASSWORD });
  const authorization = `Bearer ${session.accessToken}`;
  if (balance) await ask("POST", `${target}/v1/wallet/charges`, { amount: balance }, { authorization });
  const { accessToken: token, refreshToken } = session;
  return { userId, email, password: PASSWORD, token, refreshToken, madeAt: Date.now() };
};

// A visitor arrives

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let sampledAt = 0;
/** Artillery's workers, threads of one process, share the list: each begins at its own part of it. */
const workers = Math.max(1, cpus().length - 1);
let next = -1;
let came = 0;

/** Gives the visitor an account, and records once a second how late Artillery's event loop was. */
export async function visitor({ vars }: Context, events: Events): Promise<void> {
  if (Date.now() - sampledAt >= 1_000) {
    sampledAt = Date.now();
    events.emit("histogram", "generator.late", Math.max(0, delay.percentile(99) / 1e6 - 5));
    delay.reset();
  }
  Object.assign(vars, { cursor: "", byCard: vars.cardEvery > 0 && ++came % vars.cardEvery === 0 });
  if (!vars.accounts?.length) return;
  const { length } = vars.accounts;
  if (next < 0) next = Math.floor((((Number(process.env.LOCAL_WORKER_ID ?? 1) - 1) % workers) * length) / workers);
  Object.assign(vars, vars.accounts[next++ % length]);
  if (Date.now() - vars.madeAt < freshMs) return;
  const session = await ask("POST", `${vars.target}/v1/sessions/refresh`, { refreshToken: vars.refreshToken });
  vars.token = session.accessToken;
}

/** A visitor without an account, who will sign up. */
export async function newcomer({ vars }: Context): Promise<void> {
  Object.assign(vars, { email: `load-${randomUUID()}@onsale.test`, password: PASSWORD });
}

// After each answer

/** Statuses beside 2xx that are an answer and no failure. */
const expected: Record<string, number[]> = { claim: [409], hold: [409], release: [409] };

const read = ({ body }: Response): Vars => (body ? JSON.parse(body) : {});

/** Ends the visit if the system answered what it should not have. */
export async function answered(request: Request, response: Response): Promise<void> {
  const { statusCode: status } = response;
  if ((status >= 200 && status < 300) || expected[request.name]?.includes(status)) return;
  throw new Error(`${request.name} ${status} ${/"code":"([^"]+)"/.exec(response.body)?.[1] ?? ""}`.trim());
}

export async function signedIn(_: Request, response: Response, { vars }: Context): Promise<void> {
  vars.token = read(response).accessToken;
}

export async function listed(_: Request, response: Response, { vars }: Context): Promise<void> {
  const { next: more } = read(response);
  vars.cursor = more ? `&cursor=${more}` : "";
}

export async function seen(_: Request, response: Response, { vars }: Context): Promise<void> {
  const seated = read(response).sections.filter(({ kind }: Vars) => kind === "seated");
  vars.sections = seated.map(({ sectionId }: Vars) => sectionId);
  await anySection({ vars });
}

/** A buyer looks around: any section. */
export async function anySection({ vars }: Context): Promise<void> {
  vars.section = vars.sections[Math.floor(Math.random() * vars.sections.length)];
}

// The queue

/** For the audit: what a visitor saw of the queue, where our runner named a file for it. */
const saw = (vars: Vars, more: object = {}): void => {
  const { eventId, userId, index, number } = vars;
  const line = JSON.stringify({ eventId, userId, index, number, ...more });
  if (process.env.LOAD_VISITORS) appendFileSync(process.env.LOAD_VISITORS, `${line}\n`);
};

export async function joined(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { place, number } = read(response);
  const { idx: index } = JSON.parse(Buffer.from(place.split(".")[1], "base64url").toString());
  Object.assign(vars, { place, index, number: number ?? undefined, joinedAt: performance.now() });
  events.emit("counter", "joined", 1);
  saw(vars);
}

export async function looked(_: Request, response: Response, { vars }: Context): Promise<void> {
  vars.line = read(response);
}

/** A condition. In the lobby a visitor has no number yet, and the claim tells it. */
export const called = ({ number, line }: Vars): boolean => number === undefined || line.serving >= number;

export async function claimed(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { admission, number } = read(response);
  vars.number = number ?? vars.number;
  if (response.statusCode !== 201) return;
  vars.admission = admission;
  events.emit("counter", "admitted", 1);
  events.emit("histogram", "wait", performance.now() - vars.joinedAt);
  saw(vars, { admittedAt: Date.now() });
}

/** Pauses as the page does until the next look. A visitor whose `patience`, in seconds, is over goes away. */
export async function pause({ vars }: Context, events: Events): Promise<void> {
  if (vars.admission) return;
  const pauseMs = 1_000 * pollSeconds(vars.line, vars.number);
  vars.gone = performance.now() + pauseMs > vars.joinedAt + 1_000 * (vars.patience ?? 600);
  if (vars.gone) return events.emit("counter", "impatient", 1);
  await sleep(pauseMs * (0.9 + 0.2 * Math.random()));
}

export const waiting = ({ vars }: Context, go: (on: boolean) => void): void => go(!vars.admission && !vars.gone);
/** A condition. */
export const admitted = ({ admission }: Vars): boolean => admission !== undefined;

// Seats

export async function held(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const answer = read(response);
  events.emit("counter", "wanted", 1);
  if (response.statusCode === 201) vars.order = answer;
  events.emit("counter", response.statusCode === 201 ? "held" : answer.code, 1);
}

/** Conditions. */
export const ordered = ({ order }: Vars): boolean => order !== undefined;
export const unordered = ({ admission, order }: Vars): boolean => admission !== undefined && order === undefined;

/** Half of the visitors choose seats at the front on the map, up to four times; the rest take the best available. */
export async function taste({ vars }: Context): Promise<void> {
  Object.assign(vars, { chooses: vars.admission !== undefined && Math.random() < 0.5, tries: 0 });
}

/** A condition. */
export const chooses = ({ chooses }: Vars): boolean => chooses;

/** Two free seats beside each other in one of the first rows. */
export async function chose(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { taken } = read(response);
  const names: string[] = vars.rows[vars.section]?.[Math.floor(3 * Math.random()) + 3 * vars.tries++] ?? [];
  const at = names.findIndex((seat, n) => n > 0 && !taken[seat] && !taken[names[n - 1] ?? ""]);
  vars.seats = at < 1 ? undefined : [names[at - 1], names[at]];
  if (vars.seats) events.emit("counter", "chose", 1);
}

/** A condition. */
export const foundSeats = ({ chooses, seats }: Vars): boolean => chooses && seats !== undefined;

export async function choosing({ vars }: Context): Promise<void> {
  vars.chooses &&= vars.order === undefined && vars.tries < 4;
  vars.seats = undefined;
  await anySection({ vars });
}

export const stillChoosing = ({ vars }: Context, go: (on: boolean) => void): void => go(vars.chooses);

export async function picked(_: Request, response: Response, __: Context, events: Events): Promise<void> {
  events.emit("counter", response.statusCode === 201 ? "pick.held" : "pick.refused", 1);
}

/** A third of those who hold seats go away without a word. */
export async function abandon({ vars }: Context, events: Events): Promise<void> {
  vars.abandoned = vars.order !== undefined && Math.random() < 1 / 3;
  if (vars.abandoned) events.emit("counter", "abandoned", 1);
}

/** Conditions. */
export const buys = ({ order, abandoned }: Vars): boolean => order !== undefined && !abandoned;
export const unpaid = ({ order }: Vars): boolean => order !== undefined && order.status !== "confirmed";
export const leaves = ({ admission, order }: Vars): boolean => admission !== undefined && order?.status !== "confirmed";

// Payment

export async function accepted(request: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { attemptId } = read(response).payment;
  vars.attempt = { attemptId, since: response.timings.start, by: request.name.replace(/pay$/, "") };
  events.emit("counter", "accepted", 1);
}

/** A condition. */
export const isPaying = ({ attempt }: Vars): boolean => attempt !== undefined;
export const paying = ({ vars }: Context, go: (on: boolean) => void): void => go(isPaying(vars));

/** Ends the wait for a payment that is confirmed or declined, or that is not settled within a minute. */
export async function settled(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { attemptId, since, by } = vars.attempt;
  vars.order = read(response);
  const { status, payment } = vars.order;
  const declined = payment?.attemptId === attemptId && payment.status === "declined";
  const waitedMs = Date.now() - since;
  if (status !== "confirmed" && !declined && waitedMs < giveUpMs) return;
  vars.attempt = undefined;
  if (status === "confirmed") events.emit("histogram", `${by}settled`, waitedMs);
  events.emit("counter", status === "confirmed" ? "confirmed" : declined ? "declined" : "unsettled", 1);
}

/** A condition: too few points. */
export const insufficient = ({ order }: Vars): boolean => order?.payment?.reason === "wallet.insufficient";

/** With `cardEvery`, every so many-th visitor pays by card; its form and its payment have one idempotency key. */
export async function card({ vars }: Context): Promise<void> {
  if (!vars.byCard || !vars.order) return;
  vars.key = randomUUID();
  const headers = { authorization: `Bearer ${vars.token}`, "idempotency-key": vars.key };
  const form = () => ask("POST", `${vars.target}/v1/orders/${vars.order.orderId}/payment/form`, undefined, headers);
  vars.card = await cardToken(vars.cards ?? { provider: "sandbox", url: "", key: "" }, form);
}

/** Conditions. */
export const byPoints = ({ order, byCard }: Vars): boolean => order !== undefined && !byCard;
export const byCard = ({ order, byCard }: Vars): boolean => order !== undefined && byCard;

/** Which card a visitor has, by a number from 0 to 1. */
const cards: [below: number, token: string][] = [
  [0.65, "tok_approve"],
  [0.8, "tok_decline"],
  [0.9, "tok_async"],
  [0.94, "tok_async_decline"],
  [0.97, "tok_webhook_early"],
  [1, "tok_webhook_twice"],
];

/** A card that may be declined or answer late. */
export async function anyCard({ vars }: Context): Promise<void> {
  const chance = Math.random();
  vars.card = cards.find(([below]) => chance < below)?.[1];
}

/** Half of those who are declined try another card, once. */
export async function otherCard({ vars }: Context): Promise<void> {
  vars.again = unpaid(vars) && Math.random() < 0.5;
}

/** A condition. */
export const triesAgain = ({ again }: Vars): boolean => again;
