/** The scenario as Artillery wants it: a script, and the processor in one file. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import * as Artillery from "./artillery.ts";
import { crowds, type Scenario } from "./scenarios.ts";

/** Writes `script.json` and `players.cjs` into `folder`; answers the script's path. */
export const writeScript = async (
  name: string,
  scenario: Scenario,
  target: string,
  folder: string,
): Promise<string> => {
  const processor = join(folder, "players.cjs");
  await build({
    entryPoints: [join(Artillery.folder, "players.ts")],
    outfile: processor,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22", // async functions stay what they are: Artillery tells by that how to call them
    logLevel: "error",
  });
  const bounds = Object.entries(scenario.thresholds).filter(([metric]) => metric.includes(".p"));
  const script = {
    config: {
      target,
      // an arrival is a second's crowd (artillery/visitor.ts): Artillery's clock takes a core to itself for 25 ms before each arrival
      phases: [{ duration: crowds(scenario).length, arrivalRate: 1 }],
      processor: "./players.cjs",
      includeFiles: ["prepared.json", "accounts.jsonl"], // for workers on AWS
      http: { pool: 1 }, // requests are the journeys' own, so that no visitor needs agents of Artillery's
      plugins: { ensure: {} },
      ensure: { maxErrorRate: 0, thresholds: bounds.map(([metric, most]) => ({ [metric]: most })) },
    },
    scenarios: [{ name, flow: [{ function: scenario.play }] }],
  };
  const file = join(folder, "script.json");
  await writeFile(file, JSON.stringify(script, null, 2));
  return file;
};
