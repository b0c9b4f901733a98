/** Plays a scenario: Artillery in a process of its own, watched second by second. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { merge, percentile, type Second } from "../series.ts";
import * as Artillery from "./artillery.ts";
import { type Watched, watch } from "./processes.ts";
import { type Line, SPANS } from "./result.ts";

export type Played = { began: number; seconds: Second[]; line: Line[]; processes: Watched[] };

type Play = {
  script: string;
  prepared: string;
  folder: string;
  target: string;
  eventId: string;
  /** Of the local runtime. */
  pid: number | undefined;
  /** Told once a second what is going on. */
  tell: (line: string) => void;
};

/** The whole lines of a file of JSON lines. */
export const readLines = <T>(file: string): T[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as T)
    : [];

/** The line as everyone sees it; undefined where the event has no queue. */
const look = async (target: string, eventId: string): Promise<Line | undefined> => {
  const answer = await fetch(`${target}/v1/events/${eventId}/queue`, { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  );
  if (!answer?.ok) return undefined;
  const { serving, issued, active } = (await answer.json()) as Line;
  return { at: Date.now(), serving, issued, active };
};

const progress = (seconds: Second[], line: Line | undefined, began: number): string => {
  const last = seconds.at(-1);
  if (!last) return "waiting for the first visitor …";
  const asked = Object.entries(last.steps).flatMap(([name, step]) => (SPANS.includes(name) ? [] : [step]));
  const requests = asked.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
  const ms = merge(asked.map((step) => step.ms));
  const failed = seconds.reduce((sum, { counters }) => sum + (counters.failed ?? 0), 0);
  return [
    `${String(Math.round((last.at - began) / 1000)).padStart(4)} s`,
    `${last.present} visitors here`,
    `${requests} requests/s`,
    `p95 ${percentile(ms, 0.95).toFixed(0)} ms`,
    ...(line ? [`serving ${line.serving} of ${line.issued}`] : []),
    `${failed} failed`,
    ...(last.lag > 50 ? [`generator ${last.lag.toFixed(0)} ms late`] : []),
  ].join(" · ");
};

/** Plays it to the end. Artillery's own words go to `artillery.log`, its report to `artillery.json`. */
export const play = async (options: Play): Promise<Played> => {
  const { script, prepared, folder, target, eventId, pid, tell } = options;
  const log = openSync(join(folder, "artillery.log"), "w");
  const child = spawn(process.execPath, [Artillery.bin, "run", script, "--output", join(folder, "artillery.json")], {
    env: {
      ...process.env,
      RUSH_FOLDER: folder,
      RUSH_PREPARED: prepared,
      // one sender: visitors share one list of accounts and one count of who is here
      WORKERS: "1",
      ARTILLERY_DISABLE_TELEMETRY: "true",
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
  const series = join(folder, "series.jsonl");
  const began = () => readLines<Second>(series)[0]?.at ?? Date.now();
  while (!ended) {
    await Promise.race([sleep(1_000), end]);
    const now = await look(target, eventId);
    if (now) line.push(now);
    processes.push({ at: Date.now(), usage: usage() });
    tell(progress(readLines<Second>(series).slice(-5), now, began()));
  }
  const seconds = readLines<Second>(series);
  if (seconds.length === 0) throw new Error(`Artillery played nothing. See ${join(folder, "artillery.log")}`);
  return { began: (seconds[0] as Second).at - 1_000, seconds, line, processes };
};
