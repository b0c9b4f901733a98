/** Builds the pages of web/ if their sources are newer than the last build. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("../web", import.meta.url));
const built = join(web, "dist/index.html");

const isStale = async (): Promise<boolean> => {
  if (!existsSync(built)) return true;
  const at = statSync(built).mtimeMs;
  for await (const file of glob(["*.{html,ts,json}", "{src,public}/**"], { cwd: web }))
    if (statSync(join(web, file)).mtimeMs > at) return true;
  return false;
};

/** Builds the pages if needed. If that fails, it says so, and the API runs with the last build or without pages. */
export const buildPages = async (
  say: (line: string) => void,
  signal: AbortSignal,
  log: { fd: number; file: string },
): Promise<void> => {
  if (!existsSync(join(web, "index.html")) || !(await isStale())) return;
  say("Building the pages");
  // its own process group, so that npm's children end with it
  const child = spawn("npm", ["run", "--silent", "build"], {
    cwd: web,
    // built as for a deployment, also in tests: NODE_ENV=test makes the bundles larger
    env: { ...process.env, NODE_ENV: "production" },
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  const abort = () => child.exitCode === null && child.pid && process.kill(-child.pid, "SIGTERM");
  signal.addEventListener("abort", abort, { once: true });
  const code = await once(child, "close").then(
    ([code]) => code as number | null,
    (error: Error) => error.message,
  );
  signal.removeEventListener("abort", abort);
  if (code !== 0 && !signal.aborted) say(`The pages could not be built (${code}): see ${log.file}`);
};
