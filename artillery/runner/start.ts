/** `npm run load`: plays one scenario against a system, audits what it left, and writes a report. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startChild } from "../../local/engines/children.ts";
import { print } from "../../ops/audit/print.ts";
import { auditSystem } from "../../ops/audit/settle.ts";
import * as Artillery from "./artillery.ts";
import { figure } from "./charts.ts";
import * as Compare from "./compare.ts";
import { picture } from "./picture.ts";
import { readLines } from "./played.ts";
import { freshEvent, prepare, type Ready } from "./prepare.ts";
import { rawRate } from "./raw.ts";
import { html, notes } from "./report.ts";
import { passed, type Result, result } from "./result.ts";
import { play } from "./run.ts";
import { asked, load, names, type Scenario, scaled, seconds, visitors, withCards } from "./scenarios.ts";
import { seats } from "./seats.ts";
import { type System, system } from "./system.ts";

const HELP = `Plays a load test, audits what it left behind, and writes a report.

  npm run load -- <name> [options]
  npm run load -- compare <run> <run>      two runs side by side: folders, or the runs' names
  npm run load -- picture <run> <file.svg> [step …]   a run as one picture, with these steps' latencies
  npm run load -- --list                   the load tests

  --target URL   the system           (default: what npm start runs; else one is started for this run)
                 a deployed stage:    npx sst shell --stage <name> -- npm run load -- <name> --target https://…
  --scale N      fewer (or more) visitors in the same time, for as many fewer seats   (default: 1)
  --beside       plays a script twice, once as plain Artillery does: its visitors sign up by themselves. Both at the same time, or one
                 after the other if the script is shorter than a minute. Fails if p95 or rate of a step that the script bounds differ
                 by more than 15 %
  --payments NAME  confirm-150: every second visitor pays by card, at sandbox, stripe or toss; the system is started for this run
  --gateway-ms N   ms that each call to that gateway takes           (default: 400)
  --out DIR      where reports go     (default: .onsale/load)
  --help         this text

A load test is a script of Artillery, artillery/<name>.yml, and needs nothing of this command:
  cd artillery && npm ci && npx artillery run <name>.yml --target http://127.0.0.1:3000
Rates that Artillery does not reach are sent by the project's own generator.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: "string" },
    scale: { type: "string", default: "1" },
    out: { type: "string", default: ".onsale/load" },
    payments: { type: "string" },
    "gateway-ms": { type: "string", default: "400" },
    list: { type: "boolean", default: false },
    beside: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const say = (line: string) => console.log(line);

/** One line that is written over itself in a terminal, every ten seconds a line of its own elsewhere. */
const progress = () => {
  let told = 0;
  return (line: string): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${line.slice(0, (process.stdout.columns ?? 120) - 1)}`);
    else if (Date.now() - told > 10_000) {
      told = Date.now();
      say(line);
    }
  };
};

const list = () => {
  const width = Math.max(...names().map((name) => name.length));
  for (const name of names()) {
    const scenario = load(name);
    const sender = scenario.journey ? "generator" : "Artillery";
    say(
      `  ${name.padEnd(width)}  ${scenario.title} (${sender}, ${visitors(scenario)} visitors, ${seconds(scenario)} s)`,
    );
  }
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

/** Rejects when somebody stops us, so that what was started is stopped as well. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => reject(new Error("Interrupted.")));
});
interrupted.catch(() => {});

type Run = { scenario: Scenario; scale: number; folder: string };

const loadTest = async (run: Run): Promise<number> => {
  const { payments, "gateway-ms": ms } = values;
  const at = await system(values.target, say, payments ? ["--payments", payments, "--gateway-ms", ms] : []);
  try {
    return await Promise.race([playAndReport(run, at), interrupted]);
  } finally {
    await at.stop();
  }
};

const playAndReport = async (run: Run, at: System): Promise<number> => {
  // what is asked to answer at once must not be the system
  const bare = run.scenario.name.startsWith("limit")
    ? await startChild({ name: "The bare server", module: fileURLToPath(new URL("bare.ts", import.meta.url)) })
    : undefined;
  try {
    const ready = await prepare(run.scenario, at.target, say);
    const target = String(bare?.ready.url ?? at.target);
    if (!values.beside) return passed(await report(run, at, ready, target)) ? 0 : 1;
    const plain = { ...run, folder: `${run.folder}-plain` };
    const others = await freshEvent(run.scenario, at.target);
    const first = report(plain, at, { ...ready, eventId: others, accounts: [] }, target);
    // at the same time, so that what else the machine does meets both; a script of seconds would end before the other begins
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

/** When Artillery's visitors have signed up and the first of them comes. */
const phaseStarted = async (folder: string): Promise<void> => {
  while (!readFileSync(join(folder, "sender.log"), { encoding: "utf8", flag: "a+" }).includes("Phase started"))
    await sleep(100);
};

const report = async ({ scenario, scale, folder }: Run, at: System, ready: Ready, target: string): Promise<Result> => {
  mkdirSync(folder, { recursive: true });
  const raw = scenario.measures === "dynamodb" && at.pid && !values.beside ? await rawRate(3) : undefined;
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

/** A run by its folder or its name; a scenario's name is its latest run. */
const find = (given: string): Result => {
  const runs = readdirSync(values.out).filter((run) => run === basename(given) || run.startsWith(`${given}-`));
  const folder = given.includes("/") ? given : join(values.out, runs.sort().at(-1) ?? given);
  return JSON.parse(readFileSync(join(folder, "result.json"), "utf8")) as Result;
};

const compare = (given: string[]): number => {
  if (given.length !== 2) throw new Error("Name two runs: npm run load -- compare <run> <run>");
  const [a, b] = given.map(find) as [Result, Result];
  mkdirSync(values.out, { recursive: true });
  const file = join(values.out, `compare-${a.scenario}-${a.began}-${b.scenario}-${b.began}.html`);
  writeFileSync(file, Compare.html(a, b));
  say(`${Compare.text(a, b)}\n\nReport: ${file}`);
  return 0;
};

const draw = ([run, file, ...steps]: string[]): number => {
  if (!run || !file) throw new Error("Name a run and a file: npm run load -- picture <run> <file.svg>");
  writeFileSync(file, picture(find(run), steps));
  say(file);
  return 0;
};

const main = async (): Promise<number> => {
  const [name, ...rest] = positionals;
  if (values.list) {
    list();
    return 0;
  }
  if (values.help || !name) {
    say(HELP);
    return values.help ? 0 : 2;
  }
  if (name === "compare") return compare(rest);
  if (name === "picture") return draw(rest);
  const scale = Number(values.scale);
  if (!(scale > 0 && scale <= 10)) throw new Error("--scale is a number above 0, up to 10.");
  const plain = scaled(load(name), scale);
  const scenario = values.payments ? withCards(plain, Number(values["gateway-ms"])) : plain;
  if (values.beside && scenario.journey) throw new Error("--beside is for Artillery's scripts.");
  await Artillery.install(say);
  const stamp = new Date().toISOString().replace(/[-:]/g, "").slice(0, 15);
  const folder = join(process.cwd(), values.out, `${name}-${stamp}`);
  return loadTest({ scenario, scale, folder });
};

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`\n${error.message}`);
    process.exit(1);
  },
);
