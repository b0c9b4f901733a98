/** The outputs of the last `sst deploy` from this folder. */
import { existsSync, readFileSync } from "node:fs";
import { Mistake } from "./command.ts";

export type Outputs = {
  url: string;
  accounts: string;
  /** Not of earlier releases. */
  catalog?: string;
};

const FILE = ".sst/outputs.json";

export const outputs = (): Outputs => {
  if (!existsSync(FILE)) throw new Mistake(`There is no ${FILE}: deploy the stage from this folder first.`);
  return JSON.parse(readFileSync(FILE, "utf8")) as Outputs;
};
