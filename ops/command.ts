/** The common parts of an operator's commands: the stage, no change without `--apply`, progress, one-sentence errors. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { useRunning } from "#local/running.ts";
import { stageFault } from "../stacks/installation.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values = Record<string, string | boolean | undefined>;

/** A fault that a person can fix. It is shown as one sentence, without a stack. */
export class Mistake extends Error {
  override name = "Mistake";
}

export type Command = {
  help: string;
  options: Options;
  /** It works only on a deployed stage, not on the local system. */
  deployed?: boolean;
  /** Throws a sentence about options that are wrong, before anything runs. */
  check?: (values: Values) => unknown;
  /** Returns the exit code. It may import core, because the stage is linked before it runs. */
  run: (values: Values & { apply: boolean }) => Promise<number>;
};

export const DEPLOYED = "  --stage NAME    a deployed stage, with AWS credentials";

export const WHERE = `  --stage NAME  a deployed stage, with AWS credentials  (default: what npm start runs here)
  --data DIR    where that keeps its data               (default: .onsale)`;

const common = {
  stage: { type: "string" },
  data: { type: "string", default: ".onsale" },
  apply: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** The command line that runs this same command linked to a deployed stage. SST knows its tables, queues and secrets. */
export const throughShell = (stage: string, script: string, args: string[]): string[] => {
  const at = args.findIndex((arg) => arg === "--stage" || arg.startsWith("--stage="));
  const rest = args.toSpliced(at, args[at] === "--stage" ? 2 : 1);
  return ["sst", "shell", "--stage", stage, "--", process.execPath, script, ...rest];
};

/** The stage that is named. It is checked before SST or AWS is asked about it. */
export const stageOf = (stage: string | undefined, help: string): string => {
  if (!stage) throw new Mistake(`The stage is missing: name it with --stage.\n\n${help}`);
  const fault = stageFault(stage);
  if (fault) throw new Mistake(fault);
  return stage;
};

const elsewhere = async (stage: string): Promise<number> => {
  const fault = stageFault(stage);
  if (fault) throw new Mistake(fault);
  const args = throughShell(stage, process.argv[1] ?? "", process.argv.slice(2));
  const child = spawn("npx", args, { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
};

const parse = <O extends Options>(options: O) => {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const why = (error as Error).message.replace(
      "argument is ambiguous",
      "has no value: what follows begins with a dash",
    );
    throw new Mistake(`${why.split(".")[0]}. See --help.`);
  }
};

const start = async ({ help, options, deployed, check, run }: Command): Promise<number> => {
  const values = parse({ ...common, ...options }) as Values;
  if (values.help) {
    console.log(help);
    return 0;
  }
  check?.(values);
  if (typeof values.stage === "string") return elsewhere(values.stage);
  // operators do not need the handlers' logs and metrics
  process.env.POWERTOOLS_LOG_LEVEL ??= "SILENT";
  process.env.POWERTOOLS_METRICS_DISABLED ??= "true";
  // under sst shell the stage is linked already
  if (deployed && !process.env.SST_RESOURCE_Orders) throw new Mistake("Name a deployed stage with --stage.");
  if (!useRunning(String(values.data)))
    throw new Mistake("No local system is running. Run `npm start` first, or name a deployed stage with --stage.");
  return run({ ...values, apply: values.apply === true });
};

/** Runs it and exits with its code. A `Mistake` prints its sentence and exits with 2. */
const end = async (run: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await run();
  } catch (error) {
    console.error(error instanceof Mistake ? error.message : error);
    process.exitCode = 2;
  }
};

/** Runs a command on a stage to its exit code. */
export const command = (given: Command): Promise<void> => end(() => start(given));

type Unlinked<O extends Options> = {
  help: string;
  options: O;
  /** Answers the exit code. */
  run: (values: ReturnType<typeof parseArgs<{ options: O }>>["values"]) => Promise<number>;
};

/** Runs a command that needs no stage linked to it, to its exit code. */
export const unlinked = <O extends Options>({ help, options, run }: Unlinked<O>): Promise<void> =>
  end(async () => {
    const values = parse({ ...options, help: common.help }) as Parameters<typeof run>[0] & { help: boolean };
    if (!values.help) return run(values);
    console.log(help);
    return 0;
  });

/** Shows progress after two seconds and then every two seconds. */
export const progress = (say: (line: string) => void = (line) => console.error(line)) => {
  let printedAt = Date.now();
  return (line: () => string): void => {
    if (Date.now() - printedAt < 2_000) return;
    printedAt = Date.now();
    say(line());
  };
};
