/** `npm run model` and `npm run chaos`: the two modes of one simulation, on engines of its own. Exits with 1 on a violation. */
import "#artillery/bench/quiet.ts";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EngineError } from "#local/engines/engine.ts";
import { startEngines } from "#tests/support/engines.ts";
import { crowd } from "./crowd/command.ts";
import { model } from "./model/command.ts";
import { print, toJson } from "./report.ts";

const HELP = `Plays sales against the real handlers, on engines of its own, and checks each with the auditor. Exits with 1 on a violation.

  npm run model -- [options]   small sales, whose buyers, organisers, workers, gateways and clock do what chance says. Each answer must be
                               one that a small model allows. A violation is shortened and printed.
  npm run chaos -- [options]   crowds that sell out event after event at the machine's capacity while faults strike. What each buyer was told
                               is compared with the tables; after the last fault holds and payments are as fast as before within 30 s.

  --minutes M     how long; of chaos how long faults strike, beside some three minutes without                (1)
  --seed N        the first seed                                                                              (by the clock)
  --faults        with faults of tests/support/faults, as chaos is; --no-faults without, as the model is
  --json FILE     the figures as JSON
  --help          this text

of the model:
  --actions N     until so many actions were tried, however long it takes
  --lanes N       sales at the same time                                                                      (6; with --faults 1)
  --path P        with --seed: plays the violation again that was printed with this path
  --raw           a violation is printed as it was met, not shortened

of chaos:
  --buyers N      how many are there at a time                                             (found out: as many as make it faster)
`;

const modes = ["model", "chaos"] as const;

const fail = (message: string): never => {
  console.error(`${message} See --help.`);
  process.exit(2);
};

const options = () => {
  const parsed = () =>
    parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: {
        minutes: { type: "string" },
        seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
        faults: { type: "boolean" },
        json: { type: "string" },
        help: { type: "boolean", default: false },
        actions: { type: "string" },
        lanes: { type: "string", default: "6" },
        path: { type: "string" },
        raw: { type: "boolean", default: false },
        buyers: { type: "string" },
      },
    });
  try {
    return parsed();
  } catch (error) {
    return fail(`${(error as Error).message.split(".")[0]}.`);
  }
};

const { values, positionals } = options();

const number = (
  name: "minutes" | "seed" | "actions" | "lanes" | "buyers",
  least: number,
  otherwise: number,
): number => {
  const given = values[name];
  const value = given === undefined ? otherwise : Number(given);
  const fits = given?.trim() !== "" && value >= least && (name === "minutes" || Number.isSafeInteger(value));
  return fits ? value : fail(`--${name} is a number from ${least}.`);
};

const main = async (mode: (typeof modes)[number]): Promise<number> => {
  const seed = number("seed", 0, 0);
  const minutes = number("minutes", 0, values.actions === undefined ? 1 : Number.MAX_SAFE_INTEGER);
  const actions = number("actions", 1, Number.MAX_SAFE_INTEGER);
  const lanes = number("lanes", 1, 6);
  const buyers = values.buyers === undefined ? undefined : number("buyers", 1, 1);
  const { path, raw, json, faults = mode === "chaos" } = values;
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  let interrupted = false;
  process.once("SIGINT", () => {
    interrupted = true;
  });
  const common = { seed, faults, say, stopped: () => interrupted };
  const engines = await startEngines({ say, long: true });
  try {
    const report =
      mode === "model"
        ? await model(engines.addresses, { ...common, ms: minutes * 60_000, actions, lanes, path, raw })
        : await crowd(engines.addresses, { ...common, struck: minutes * 60, buyers });
    console.log(print(report));
    if (json) writeFileSync(json, toJson(report));
    return report.passed ? 0 : 1;
  } finally {
    await engines.stop();
  }
};

const mode = modes.find((one) => one === positionals[0]) ?? fail("Say model or chaos.");
if (values.help) console.log(HELP);
else
  process.exit(
    await main(mode).catch((error: unknown) => {
      console.error(error instanceof EngineError ? error.message : error);
      return 2;
    }),
  );
