/** Finds the browser for the tests of the pages: `CHROMIUM_PATH`, the PATH, Debian's package; or names the one command that installs it. */
import { accessSync, constants } from "node:fs";
import { EngineError } from "#local/engines/engine.ts";
import { findBinary, installCommand, output } from "#local/engines/find.ts";

const wanted = {
  title: "Chromium",
  binaries: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  // Ubuntu has a script of this name that only names its snap
  works: (command: string) => /\d+\.\d+/.test(output(command, ["--version"]) ?? ""),
  pkg: "chromium",
  brew: "--cask chromium",
};

/** The browser's executable. Throws an EngineError if there is none, or if `CHROMIUM_PATH` is wrong. */
export const findChromium = (say: (line: string) => void): string => {
  const given = process.env.CHROMIUM_PATH;
  if (given) return checked(given);
  const found = findBinary(wanted, say);
  if (!found) throw new EngineError(`Chromium is missing. Install it with: ${installCommand(wanted)}`);
  return found;
};

const checked = (path: string): string => {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    throw new EngineError(`CHROMIUM_PATH=${path} cannot be run. Fix it with: unset CHROMIUM_PATH`);
  }
};
