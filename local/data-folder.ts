/** The data folder: which data is deleted, and which data this release can read. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "./engines/engine.ts";

/** Deletes only files that a start of Onsale writes. Other files in the folder are left alone. */
export const wipe = (dataDir: string): void => {
  const ours = new Set(["lock", "running.json", "secrets.json", "layout", "onsale.log", "onsale.log.1"]);
  for (const folder of ["dynamodb", "redis", "sqs", "mail", "payments", "streams"]) ours.add(folder);
  for (const name of readdirSync(dataDir))
    if (ours.has(name) && name !== "lock") rmSync(join(dataDir, name), { recursive: true, force: true });
};

/** The version of the tables' keys. Raise it if a release cannot find items that an earlier one wrote. */
const layout = "3";

/** Refuses data with another version of keys: it would look empty, and its accounts would seem to be lost. */
export const expectLayout = (dataDir: string, used: boolean): void => {
  const file = join(dataDir, "layout");
  const found = existsSync(file) ? readFileSync(file, "utf8") : "1";
  if (found !== layout && used)
    throw new EngineError(
      `The data in ${dataDir} was written by another release, and this release cannot read its keys. Delete it and start again with: npm start -- --fresh`,
    );
  writeFileSync(file, layout);
};

/** This part's data was not written by Onsale. */
export const unreadable = (dataDir: string, part: string) =>
  new EngineError(
    `The data in ${dataDir} cannot be read (${part}). Delete it and start again with: npm start -- --fresh`,
  );

export const readable = <T>(dataDir: string, part: string, work: Promise<T>): Promise<T> =>
  work.catch((error) => {
    throw error instanceof EngineError && /is missing|could not be fetched/.test(error.message)
      ? error
      : unreadable(dataDir, `${part}: ${String(error.message).trim().split("\n").at(-1)}`);
  });
