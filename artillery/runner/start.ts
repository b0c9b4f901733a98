/** `npm run load`: plays one scenario against a system, runs the audit, and writes a report. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { providers } from "../../core/lib/providers.ts";
import * as Artillery from "./artillery.ts";
import * as Compare from "./compare.ts";
import { loadTest } from "./load-test.ts";
import { picture } from "./picture.ts";
import type { Result } from "./result.ts";
import { load, names, scaled, seconds, visitors, withCards } from "./scenarios.ts";

const HELP = `Plays a load test, audits what it left behind, and writes a report.

  npm run load -- <name> [options]
  npm run load -- compare <run> <run>      two runs side by side: folders, or the runs' names
  npm run load -- picture <run> <file.svg> [step …]   a run as one picture, with these steps' latencies
  npm run load -- --list                   the load tests

  --target URL   the system           (default: what npm start runs; else one is started for this run)
                 a deployed stage:    npx sst shell --stage <name> -- npm run load -- <name> --target https://…
  --scale N      fewer (or more) visitors in the same time, for as many fewer seats   (default: 1)
  --beside       plays a script twice, once as plain Artillery, whose visitors sign up first. The runs are at the same time, or one after
                 the other if the script is shorter than a minute. Fails if p95 or rate of a step that the script bounds differ by more
                 than 15 %
  --during NAME  plays the script in the middle of the first phase of another script
  --payments NAME  confirm-150: every second visitor pays by card (${providers.join(", ")}); the system is started for this run
  --gateway-ms N   ms that each call to that gateway takes           (default: 400)
  --out DIR      where reports go     (default: .onsale/load)
  --help         this text

A load test is a script of Artillery, artillery/<name>.yml, and needs nothing of this command:
  cd artillery && npm ci && npx artillery run <name>.yml --target http://localhost:3000
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
    during: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const say = (line: string) => console.log(line);

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

/** A run by its folder or its name; a scenario's name means its latest run. */
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
  if (values.during !== undefined && (values.beside || load(values.during).journey))
    throw new Error("--during names one of Artillery's scripts, and is not for --beside.");
  await Artillery.install(say);
  const stamp = new Date().toISOString().replace(/[-:]/g, "").slice(0, 15);
  const folder = resolve(values.out, `${name}-${stamp}`);
  const { target, payments: provider, "gateway-ms": gatewayMs, beside } = values;
  return loadTest({
    scenario,
    scale,
    folder,
    target,
    payments: provider ? { provider, gatewayMs } : undefined,
    beside,
    during: values.during === undefined ? undefined : scaled(load(values.during), scale),
  });
};

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`\n${error.message}`);
    process.exit(1);
  },
);
