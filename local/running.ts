/** A running `npm start` writes down its addresses and environment here, so that other commands can use its resources. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type RunningFile = {
  pid: number;
  api: string;
  inbox: string;
  payments: string;
  /** A handler's environment. It contains the local secrets, so only the owner can read the file. */
  env: Record<string, string>;
};

const fileOf = (dataDir: string) => join(dataDir, "running.json");

export const writeRunning = (dataDir: string, running: RunningFile): string => {
  const file = fileOf(dataDir);
  writeFileSync(file, JSON.stringify(running), { mode: 0o600 });
  return file;
};

/** The running system with its data in `dataDir`; undefined if none runs. */
export const readRunning = (dataDir: string): RunningFile | undefined => {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return undefined;
  const running = JSON.parse(readFileSync(file, "utf8")) as RunningFile;
  try {
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined; // it was killed before it could delete its file
  }
};

/** Links this process to a stage: that of `sst shell` if it runs in one, else the local one. Returns false if there is neither. */
export const useRunning = (dataDir: string): boolean => {
  if (process.env.SST_RESOURCE_Orders) return true;
  const running = readRunning(dataDir);
  if (!running) return false;
  Object.assign(process.env, running.env);
  return true;
};
