/** The system that a load test runs against: a deployed one, the one that `npm start` runs, or one started for this run alone. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readRunning } from "../../local/running.ts";

export type System = {
  target: string;
  /** Of the local runtime, to watch its processes; undefined for a deployed stage. */
  pid?: number;
  stop(): Promise<void>;
};

/** In memory if there is such a folder, so that the disk is not measured. */
const scratch = () => mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "onsale-load-"));

/**
 * `target` must belong to the linked environment: `sst shell` for a deployed stage, otherwise the local system. Without `target` the
 * system of `npm start` is used. If none runs, a new one is started with the payments of `cards`, and deleted afterwards.
 */
export const system = async (
  target: string | undefined,
  say: (line: string) => void,
  cards: string[] = [],
): Promise<System> => {
  if (process.env.SST_RESOURCE_Orders) {
    if (!target) throw new Error("Name the deployed stage's address: --target https://…");
    return { target: target.replace(/\/$/, ""), stop: async () => {} };
  }
  const running = readRunning(".onsale");
  if (target && target.replace(/\/$/, "") !== running?.api)
    throw new Error(
      `${target} is not the address of \`npm start\` here. For a deployed stage: npx sst shell --stage <name> -- npm run load …`,
    );
  if (running && cards.length > 0)
    throw new Error(
      "A system of `npm start` runs here with its own payments. Stop it, and the run starts a system with these.",
    );
  if (running) {
    Object.assign(process.env, running.env);
    return { target: running.api, pid: running.pid, stop: async () => {} };
  }
  return fresh(say, cards);
};

const fresh = async (say: (line: string) => void, cards: string[]): Promise<System> => {
  say("No system runs: starting one for this run");
  const dataDir = await scratch();
  const start = fileURLToPath(new URL("../../local/start.ts", import.meta.url));
  const child = spawn(process.execPath, [start, "--port", "0", "--data", dataDir, ...cards], {
    env: { ...process.env, ONSALE_SEED: "none" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  process.once("exit", () => child.kill());
  let written = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      written = (written + chunk).slice(-4000);
    });
  const stop = async () => {
    await stopped(child);
    await rm(dataDir, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + 120_000; ; await sleep(100)) {
    const running = readRunning(dataDir);
    if (running) {
      Object.assign(process.env, running.env);
      return { target: running.api, pid: running.pid, stop };
    }
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`The system did not start:\n${written.trim()}`);
    }
  }
};

const stopped = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("exit", resolve));
};
