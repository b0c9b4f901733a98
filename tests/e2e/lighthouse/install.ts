/** Installs Lighthouse when it is first needed; it has its own package.json. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "package");
export const entry = join(folder, "node_modules/lighthouse/core/index.js");

export default (): void => {
  if (existsSync(entry)) return;
  console.log("Lighthouse is missing: installing it into tests/e2e/lighthouse/package/ (about 180 MB, once)");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0)
    throw new Error("Lighthouse could not be installed. Try: cd tests/e2e/lighthouse/package && npm ci");
};
