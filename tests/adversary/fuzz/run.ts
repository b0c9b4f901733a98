/** Sends requests four at a time and checks every answer. The same seed sends the same requests, except ids and times. */
import { call } from "#local/api-gateway.ts";
import { type Answered, faults, sent } from "./judge.ts";
import type { Asked } from "./proper.ts";
import { random as randomOf } from "./random.ts";
import type { Answers } from "./reach.ts";
import { make } from "./requests.ts";
import { arrive, learn, type World } from "./world.ts";
import { watch, watched } from "./writes.ts";

export const CONCURRENCY = 4;

export type Options = {
  requests: number;
  seed: number;
  /** ms that an answer without a password hash may take. */
  slow: number;
  /** The number of a request to keep in full. */
  show?: number;
  progress?: (done: number, report: Report) => void;
};

export type Violation = { n: number; faults: string[]; wrong: string[]; request: object; answer: object };

export type Report = {
  requests: number;
  seed: number;
  violations: Violation[];
  shown?: Violation;
  answers: Answers;
  /** Requests that wrote something. */
  wrote: number;
  /** Requests that were changed. */
  mutated: number;
  /** Answers over `slow` ms, and the slowest of those without a password hash. */
  slow: { n: number; key: string; ms: number }[];
  slowest: number;
  ms: number;
};

/** These hash a password, which is slow on purpose. */
const HASHING = new Set(["POST /v1/accounts", "POST /v1/sessions"]);

const bodyOf = ({ headers, body }: Answered["answer"]) => {
  if (!/json/.test(String(headers["content-type"])) || headers["content-encoding"]) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

const send = async ({ request }: Asked): Promise<Answered> => {
  const began = performance.now();
  const { result: answer, writes } = await watched(() => call(request));
  return { answer, body: bodyOf(answer), writes, ms: performance.now() - began };
};

const shown = (n: number, asked: Asked, answered: Answered, found: string[]): Violation => {
  const { body, ...request } = asked.request;
  const { status, headers, body: text } = answered.answer;
  return {
    n,
    faults: found,
    wrong: asked.wrong,
    request: { ...request, body: body?.toString().slice(0, 2_000) },
    answer: { status, headers, body: text.toString().slice(0, 2_000), writes: answered.writes },
  };
};

const note = (report: Report, n: number, asked: Asked, answered: Answered, options: Options, secrets: string[]) => {
  const key = asked.operation?.key ?? "nowhere";
  const { status } = answered.answer;
  report.requests++;
  if (asked.wrong.length > 0) report.mutated++;
  if (answered.writes.length > 0) report.wrote++;
  const counts = report.answers[key] ?? {};
  report.answers[key] = counts;
  const name = status < 400 ? String(status) : `${status} ${answered.body?.code}`;
  counts[name] = (counts[name] ?? 0) + 1;
  if (!HASHING.has(key)) report.slowest = Math.max(report.slowest, answered.ms);
  if (!HASHING.has(key) && answered.ms > options.slow) report.slow.push({ n, key, ms: Math.round(answered.ms) });
  const found = faults(asked, answered, secrets);
  if (n === options.show) report.shown = shown(n, asked, answered, found);
  if (found.length > 0) report.violations.push(shown(n, asked, answered, found));
};

/** The number of requests between two runs of the workers, and between two new visitors. */
const WORK = 40;
const ARRIVAL = 800;

/** Runs to the end, also after a fault. */
export const run = async (world: World, options: Options): Promise<Report> => {
  watch();
  const random = randomOf(options.seed);
  const secrets = Object.values(world.secrets).filter((secret) => !secret.startsWith("{"));
  const began = Date.now();
  const { seed } = options;
  const report: Report = {
    requests: 0,
    seed,
    violations: [],
    answers: {},
    wrote: 0,
    mutated: 0,
    slow: [],
    slowest: 0,
    ms: 0,
  };
  for (let n = 0; n < options.requests; n += CONCURRENCY) {
    // each four are made from the earlier answers, so that the seed alone decides the requests
    const size = Math.min(CONCURRENCY, options.requests - n);
    const four = Array.from({ length: size }, (_, index) => make(world, random, n + index, report.answers));
    const answers = await Promise.all(four.map(send));
    for (const [index, asked] of four.entries()) {
      const answered = answers[index] as Answered;
      note(report, n + index, asked, answered, options, secrets);
      const { visitor, eventId, organisationId, operation } = asked;
      if (operation && answered.answer.status < 300)
        learn(world, {
          key: operation.key,
          visitor,
          eventId,
          organisationId,
          sent: sent(asked) ?? {},
          body: answered.body,
        });
    }
    if (n % WORK < CONCURRENCY) await world.stage.drain();
    if (n % ARRIVAL < CONCURRENCY) await arrive(world);
    report.ms = Date.now() - began;
    options.progress?.(n + size, report);
  }
  return report;
};
