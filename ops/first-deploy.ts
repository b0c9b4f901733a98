/** `npm run first-deploy`: from settings to a stage that has sold a ticket, with evidence of each step. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { read } from "../stacks/installation.ts";
import { Mistake, stageOf, unlinked } from "./command.ts";
import { doneAt, type Evidence, firstDeploy, toMarkdown } from "./first-deploy-run.ts";
import { type Step, stepsOf } from "./first-deploy-steps.ts";
import { secretsOf } from "./stage-secrets.ts";

const HELP = `Takes a stage from its settings to a sold ticket: preflight, deployment, organiser, an event, the tour, audit, dashboard and alarms, the
rotation of a key. In production it makes no event and plays no tour, and it forces the release. It writes what passed, failed or was skipped
to evidence/, as Markdown and JSON. If it is run again, it continues where it stopped. It needs AWS credentials and a region (AWS_REGION), the
AWS CLI, version 2, and ONSALE_PASSWORD, the organiser's password.

  npm run first-deploy -- --stage NAME --email YOU@EXAMPLE.COM [options]

  --again         start from the first step; earlier evidence stays. First finish a rotation of OriginKey that has begun
  --rehearse FILE run other commands instead, of a JSON file that has one for each step: {"<step>": ["<command>", "<argument>", …]};
                  the evidence is marked as a rehearsal, and no real run continues it
  --help          this text
`;

const folder = "evidence";

/** With `-dirty` if files differ from it. */
const commitOf = (): string => {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--exclude=*"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
};

type Begin = { stage: string; again: boolean; isRehearsal: boolean };

/** The content of an operator's file, or a sentence that says why it cannot be read. */
const orMistake = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw new Mistake((error as Error).message);
  }
};

/** The names of evidence files. The stage `staging` does not read a file of `staging-2`. */
const NAME = /^(.+)-\d{4}-\d\d-\d\dT\d{6}\.json$/;

/** The evidence of this stage's last run, to be continued, or a new one. A real run never continues a rehearsal. */
const begin = ({ stage, again, isRehearsal }: Begin): { file: string; evidence: Evidence } => {
  const kind = isRehearsal ? "rehearsal" : "first-deploy";
  const begunAt = new Date().toISOString();
  const kept = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => NAME.exec(name)?.[1] === `${kind}-${stage}`)
        .sort()
    : [];
  const last = kept.at(-1);
  if (last && !again) {
    const evidence = orMistake(() => JSON.parse(readFileSync(join(folder, last), "utf8"))) as Evidence;
    if (evidence.stage !== stage)
      throw new Mistake(
        `${join(folder, last)} is of the stage ${evidence.stage}: move it away, or start again with --again.`,
      );
    return { file: last.replace(/\.json$/, ""), evidence };
  }
  const file = `${kind}-${stage}-${begunAt.slice(0, 19).replaceAll(":", "")}`;
  const evidence: Evidence = { stage, begunAt, found: {}, steps: [] };
  if (isRehearsal) evidence.rehearsed = true;
  return { file, evidence };
};

/** Written completely or not at all: after a stop in the middle the old file is there. */
const put = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

const run = async ([name = "", ...args]: string[]): Promise<{ code: number; output: string }> => {
  const child = spawn(name, args, { stdio: ["ignore", "pipe", "inherit"] });
  const said: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    said.push(chunk);
    process.stdout.write(chunk);
  });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? 1, output: Buffer.concat(said).toString() };
  } catch (error) {
    return { code: 127, output: (error as Error).message };
  }
};

const Commands = z.record(z.string(), z.tuple([z.string().min(1)], z.string()));

/** The steps with other commands, for all of them, so that no real one runs by mistake. */
const rehearsed = (steps: Step[], file: string): Step[] => {
  const { data: others } = Commands.safeParse(orMistake(() => JSON.parse(readFileSync(file, "utf8"))));
  if (!others)
    throw new Mistake(`${file} has to have a list of strings for each step: {"audit": ["echo", "fine"], …}.`);
  const unknown = Object.keys(others).filter((name) => !steps.some((step) => step.name === name));
  const missing = steps.filter(({ name, skip }) => !skip && !others[name]).map(({ name }) => name);
  if (unknown.length > 0) throw new Mistake(`${file} names no step of ours: ${unknown.join(", ")}.`);
  if (missing.length > 0) throw new Mistake(`${file} has no command for: ${missing.join(", ")}.`);
  return steps.map((step) => ({ ...step, command: () => others[step.name] ?? [] }));
};

/** Whether the stage's wallets can be charged for nothing. Throws a `Mistake` if its settings or secrets are refused. */
const chargesFreely = async (stage: string): Promise<boolean> => {
  const secrets = await secretsOf(stage);
  return orMistake(() => read(stage, { ...process.env, ...secrets })).freeCharges;
};

await unlinked({
  help: HELP,
  options: {
    stage: { type: "string" },
    email: { type: "string" },
    again: { type: "boolean", default: false },
    rehearse: { type: "string" },
  },
  run: async ({ email, again, rehearse, ...values }) => {
    const stage = stageOf(values.stage, HELP);
    if (!email) throw new Mistake(`The organiser is missing: name an address with --email.\n\n${HELP}`);
    if (!process.env.ONSALE_PASSWORD) throw new Mistake("Set ONSALE_PASSWORD: the organiser signs in with it.");
    for (const file of [`.env.${stage}`, ".env"]) if (existsSync(file)) process.loadEnvFile(file);
    const freeCharges = rehearse ? process.env.ONSALE_FREE_CHARGES === "true" : await chargesFreely(stage);
    const given = stepsOf({ stage, email, freeCharges });
    const steps = rehearse ? rehearsed(given, rehearse) : given;
    mkdirSync(folder, { recursive: true });
    const { file, evidence } = begin({ stage, again, isRehearsal: rehearse !== undefined });
    const report = join(folder, `${file}.md`);
    const done = doneAt(steps, evidence);
    if (done) {
      console.log(`All passed on ${done.slice(0, 10)}; --again runs them again.\n${report}`);
      return 0;
    }
    const write = async (of: Evidence) => {
      put(join(folder, `${file}.json`), `${JSON.stringify(of, null, 2)}\n`);
      put(report, toMarkdown(of));
    };
    const about = { steps, evidence, commit: commitOf(), run, write };
    const isWhole = await firstDeploy({ ...about, now: () => new Date(), say: console.log });
    console.log(`\n${report}`);
    return isWhole ? 0 : 1;
  },
});
