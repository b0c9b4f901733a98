/** The queue: a place, the polls of the line, and the admission. */
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pollSeconds } from "../generator/poll.ts";
import { type Context, type Events, type Request, type Response, read, type Vars } from "./hook.ts";

/** For the audit: what a visitor saw in the queue, if our runner named a file for it. */
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

/** A condition. In the lobby a visitor has no number yet; the claim answers it. */
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

/** Waits until the next poll, as the page does. A visitor leaves after `patience` seconds. */
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
