/** Plays one scenario against a system, audits what it left, and writes a report. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startChild } from "../../local/engines/children.ts";
import { print } from "../../ops/audit/print.ts";
import { auditSystem } from "../../ops/audit/settle.ts";
import { figure } from "./charts.ts";
import * as Compare from "./compare.ts";
import { readLines } from "./played.ts";
import { freshEvent, makeReady, prepare, type Ready } from "./prepare.ts";
import { rawRate } from "./raw.ts";
import type { Scenario } from "./recipes.ts";
import { html, notes } from "./report.ts";
import { passed, type Result, result } from "./result.ts";
import { play } from "./run.ts";
import { asked, seconds, visitors } from "./scenarios.ts";
import { seats } from "./seats.ts";
import { type System, system } from "./system.ts";

export type Run = {
  scenario: Scenario;
  scale: number;
  folder: string;
  target?: string | undefined;
  /** The provider of payments by card, and ms that each call to it takes. The system is started for this run. */
  payments?: { provider: string; gatewayMs: string } | undefined;
  /** Play the script a second time, as plain Artillery does. */
  beside: boolean;
  /** Play the script in the middle of the first phase of this one. */
  during?: Scenario | undefined;
};

const say = (line: string) => console.log(line);

/** Rejects on a signal, so that everything that was started is stopped as well. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => reject(new Error("Interrupted.")));
});
interrupted.catch(() => {});

/** Resolves with the exit code. */
export const loadTest = async (run: Run): Promise<number> => {
  const { target, payments } = run;
  const options = payments ? ["--payments", payments.provider, "--gateway-ms", payments.gatewayMs] : [];
  const at = await system(target, say, options);
  try {
    return await Promise.race([playAndReport(run, at), interrupted]);
  } finally {
    await at.stop();
  }
};

const playAndReport = async (run: Run, at: System): Promise<number> => {
  // this scenario needs a server that answers at once instead of the system
  const bare = run.scenario.name.startsWith("limit")
    ? await startChild({ name: "The bare server", module: fileURLToPath(new URL("bare.ts", import.meta.url)) })
    : undefined;
  try {
    const ready = await prepare(run.scenario, at.target, say);
    const target = String(bare?.ready.url ?? at.target);
    if (run.during) return await playDuring(run, run.during, at, ready);
    if (!run.beside) return passed(await report(run, at, ready, target)) ? 0 : 1;
    const plain = { ...run, folder: `${run.folder}-plain` };
    const others = await freshEvent(run.scenario, at.target);
    const first = report(plain, at, { ...ready, eventId: others, accounts: [] }, target);
    // Both runs are at the same time, so that other work of the machine affects both. If the script lasts only seconds, they follow each other.
    const begins = seconds(run.scenario) < 60 ? first : phaseStarted(plain.folder);
    const both = begins.then(() => Promise.all([first, report(run, at, ready, target)]));
    const [a, b] = await Promise.race([both, first.then(() => both)]);
    const apart = Compare.disagreements(a, b);
    say(`\nA: plain Artillery, B: with the runner's accounts\n${Compare.text(a, b)}\n`);
    say(
      apart.length > 0
        ? `More than 15 % apart: ${apart.join(", ")}`
        : "p95 and rates of the bounded steps agree within 15 %.",
    );
    return apart.length === 0 && a.audit?.clean && b.audit?.clean ? 0 : 1;
  } finally {
    await bare?.stop();
  }
};

const playDuring = async (run: Run, other: Scenario, at: System, ready: Ready): Promise<number> => {
  const phases = other.phases.slice(0, 1);
  const scenario = { ...other, phases, variables: { ...other.variables, visitors: visitors({ ...other, phases }) } };
  const around = { ...run, scenario, folder: `${run.folder}-${other.name}`, beside: true };
  const first = report(around, at, await makeReady(scenario, at.target, say), at.target);
  const second = phaseStarted(around.folder)
    .then(() => sleep(500 * Math.max(0, seconds(scenario) - seconds(run.scenario))))
    .then(() => report(run, at, ready, at.target));
  const results = await Promise.all([first, second]);
  return results.every(passed) ? 0 : 1;
};

/** Resolves when Artillery's visitors have signed up and the first one comes. */
const phaseStarted = async (folder: string): Promise<void> => {
  while (!readFileSync(join(folder, "sender.log"), { encoding: "utf8", flag: "a+" }).includes("Phase started"))
    await sleep(100);
};

const report = async (
  { scenario, scale, folder, beside }: Run,
  at: System,
  ready: Ready,
  target: string,
): Promise<Result> => {
  mkdirSync(folder, { recursive: true });
  const raw = scenario.measures === "dynamodb" && at.pid && !beside ? await rawRate(3) : undefined;
  const before = machine();
  say(`${scenario.name}: ${visitors(scenario)} visitors in ${seconds(scenario)} s against ${target}`);
  const played = await play({ scenario, ready, target, folder, pid: at.pid, tell: progress() });
  if (process.stdout.isTTY) process.stdout.write("\n");
  if (scenario.rest) say(`Waiting ${scenario.rest} s for holds to lapse …`);
  await sleep(1_000 * (scenario.rest ?? 0));
  const run = result({
    left: await seats(at.target, ready.eventId),
    ...{ scale, target, machine: before, ...played, file: scenario, raw },
    ...{ asked: asked(scenario), arrivals: seconds(scenario) },
  });
  run.audit = await auditSystem({ wait: 90, visitors: readLines(join(folder, "visitors.jsonl")), say });
  writeFileSync(join(folder, "result.json"), JSON.stringify(run));
  writeFileSync(join(folder, "report.html"), html(run));
  say(`${summary(run)}\n${print(run.audit)}\n\nReport: ${join(folder, "report.html")}`);
  return run;
};

/** In a terminal one line that is overwritten, otherwise a new line every ten seconds. */
const progress = () => {
  let reportedAt = 0;
  return (line: string): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${line.slice(0, (process.stdout.columns ?? 120) - 1)}`);
    else if (Date.now() - reportedAt > 10_000) {
      reportedAt = Date.now();
      say(line);
    }
  };
};

const machine = (): Result["machine"] => ({
  cpus: availableParallelism(),
  model: cpus()[0]?.model.trim() ?? "",
  memory: totalmem() / 2 ** 30,
  node: process.version,
  load: loadavg()[0] ?? 0,
});

const summary = (run: Result): string => {
  const rows = Object.entries(run.steps).map(
    ([name, { count, failed, p50, p95, p99 }]) =>
      `  ${name.padEnd(14)} ${figure(count).padStart(9)} ${figure(failed).padStart(7)} ${[p50, p95, p99].map((ms) => figure(ms).padStart(8)).join(" ")}`,
  );
  const bounds = run.bounds.map(
    ({ metric, bound, value, ok }) =>
      `  ${ok ? "✓" : "✗"} ${metric}: ${value === undefined ? "–" : figure(value)} (bound ${figure(bound)})`,
  );
  const head = `  ${"step".padEnd(14)} ${"count".padStart(9)} ${"failed".padStart(7)} ${["p50", "p95", "p99"].map((p) => `${p} ms`.padStart(8)).join(" ")}`;
  return ["", head, ...rows, "", ...bounds, "", ...notes(run).map((note) => `  ${note}`), ""].join("\n");
};
