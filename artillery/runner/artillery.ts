/** Installs Artillery when it is first needed. It belongs to artillery/, which has its own package.json. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const folder = fileURLToPath(new URL("..", import.meta.url));
export const bin = join(folder, "node_modules/artillery/bin/run");

/** Installs artillery/ if it is missing, and prints the progress. Artillery's browser is not downloaded, because nothing here uses it. */
export const install = async (say: (line: string) => void): Promise<void> => {
  if (existsSync(bin)) return;
  say("Artillery is missing: installing it into artillery/ (about 650 MB, once)");
  const began = Date.now();
  const timer = setInterval(() => say(`… ${Math.round((Date.now() - began) / 1000)} s`), 10_000);
  const npm = spawn("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve) => npm.once("exit", resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error("Artillery could not be installed. Try: cd artillery && npm ci");
  say(`Installed after ${Math.round((Date.now() - began) / 1000)} s.`);
};
