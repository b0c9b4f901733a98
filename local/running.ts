/** What a running `npm start` tells other commands about itself: addresses, and the environment that links them to its resources. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type RunningFile = {
  pid: number;
  api: string;
  inbox: string;
  payments: string;
  /** What a handler finds in its environment; it holds the local secrets, so the file is its owner's alone. */
  env: Record<string, string>;
};

const fileOf = (dataDir: string) => join(dataDir, "running.json");

export const writeRunning = (dataDir: string, running: RunningFile): string => {
  const file = fileOf(dataDir);
  writeFileSync(file, JSON.stringify(running), { mode: 0o600 });
  return file;
};

/** What runs with its data in `dataDir`; undefined if nothing does. */
export const readRunning = (dataDir: string): RunningFile | undefined => {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return undefined;
  const running = JSON.parse(readFileSync(file, "utf8")) as RunningFile;
  try {
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined; // it was killed before it could take its file away
  }
};

/** Links this process to a stage: the one of `sst shell` if we are under it, else the local one. False if there is neither. */
export const useRunning = (dataDir: string): boolean => {
  if (process.env.SST_RESOURCE_Orders) return true;
  const running = readRunning(dataDir);
  if (!running) return false;
  Object.assign(process.env, running.env);
  return true;
};
