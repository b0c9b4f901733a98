/** Plays a scenario with Artillery or the project's own generator, in a separate process, and measures it second by second. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Second } from "../generator/recorder.ts";
import type { Account, Prepared } from "../generator/start.ts";
import { PASSWORD } from "./accounts.ts";
import * as Artillery from "./artillery.ts";
import { ofArtillery, ofGenerator, type Played, readLines } from "./played.ts";
import type { Ready } from "./prepare.ts";
import { type Watched, watch } from "./processes.ts";
import type { Scenario } from "./recipes.ts";
import type { Line } from "./result.ts";
import { crowds, scriptOf } from "./scenarios.ts";

type Play = {
  scenario: Scenario;
  /** Without accounts the visitors sign up in the script's own `before` hook. */
  ready: Ready;
  target: string;
  folder: string;
  /** Of the local runtime. */
  pid: number | undefined;
  /** Called once a second with the progress. */
  tell: (line: string) => void;
};

/** The line's public status; undefined if the event has no queue. */
const look = async (target: string, eventId: string): Promise<Line | undefined> => {
  const answer = await fetch(`${target}/v1/events/${eventId}/queue`, { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  );
  if (!answer?.ok) return undefined;
  const { serving, issued, active } = (await answer.json()) as Partial<Line>;
  // the bare server of `limit` answers everything with {}
  if (serving === undefined || issued === undefined || active === undefined) return undefined;
  return { at: Date.now(), serving, issued, active };
};

/** The accounts as a payload that Artillery's workers share. */
const csvOf = (visitors: Account[]): { fields: string[]; text: string } => {
  const row = ({ userId, email, token, passkey }: Account) =>
    `${[userId, email, token, PASSWORD, passkey].join(",")}\n`;
  return { fields: ["userId", "email", "token", "password", "passkey"], text: visitors.map(row).join("") };
};

/** The arguments of `artillery run`: the unchanged script, and what the runner has prepared for it. */
export const artilleryArguments = ({ scenario, ready, target, folder }: Omit<Play, "pid" | "tell">): string[] => {
  const { fields, text } = csvOf(ready.accounts);
  const path = join(folder, "accounts.csv");
  if (text) writeFileSync(path, text);
  const payload = text ? [{ path, fields, order: "sequence" }] : undefined;
  const variables = { ...scenario.variables, eventId: ready.eventId, cards: ready.cards };
  return [
    ...["run", scriptOf(scenario.name), "--target", target, "--output", join(folder, "artillery.json")],
    ...["--overrides", JSON.stringify({ config: { phases: scenario.phases, payload } })],
    ...["--variables", JSON.stringify(variables)],
  ];
};

const generatorArguments = ({ scenario, ready, target, folder }: Play, journey: Prepared["journey"]): string[] => {
  const prepared: Prepared = { target, ...ready, journey, crowds: crowds(scenario) };
  writeFileSync(join(folder, "prepared.json"), JSON.stringify(prepared));
  return [folder];
};

/** Plays it to the end. The program's output goes to `sender.log`. */
export const play = async (given: Play): Promise<Played & { line: Line[]; processes: Watched[] }> => {
  const { scenario, ready, target, folder, pid, tell } = given;
  const [program, options] = scenario.journey
    ? [fileURLToPath(new URL("../generator/start.ts", import.meta.url)), generatorArguments(given, scenario.journey)]
    : [Artillery.bin, artilleryArguments(given)];
  const log = openSync(join(folder, "sender.log"), "w");
  const child = spawn(process.execPath, [program, ...options], {
    env: {
      ...process.env,
      LOAD_VISITORS: join(folder, "visitors.jsonl"),
      // the runner judges by the same thresholds
      ARTILLERY_DISABLE_ENSURE: "true",
      ARTILLERY_DISABLE_TELEMETRY: "true",
      // two runs at once share the bundled processor: the first to end must not delete it
      ARTILLERY_TS_KEEP_BUNDLE: "true",
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  process.once("exit", () => child.kill());
  let ended = false;
  const end = new Promise<void>((resolve) => {
    child.once("exit", () => {
      ended = true;
      resolve();
    });
  });
  const usage = watch(() => [pid, child.pid]);
  const [line, processes]: [Line[], Watched[]] = [[], []];
  const began = Date.now();
  while (!ended) {
    await Promise.race([sleep(1_000), end]);
    const now = await look(target, ready.eventId);
    if (now) line.push(now);
    processes.push({ at: Date.now(), usage: usage() });
    const queue = now ? ` · serving ${now.serving} of ${now.issued}` : "";
    tell(`${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s${queue}`);
  }
  const played = read(scenario, folder);
  if (played.periods.length === 0) throw new Error(`Nothing was played. See ${join(folder, "sender.log")}`);
  return { ...played, line, processes };
};

const read = ({ journey }: Scenario, folder: string): Played => {
  if (journey) return ofGenerator(readLines<Second>(join(folder, "series.jsonl")));
  try {
    return ofArtillery(JSON.parse(readFileSync(join(folder, "artillery.json"), "utf8")));
  } catch {
    throw new Error(`Artillery wrote no report. See ${join(folder, "sender.log")}`);
  }
};
