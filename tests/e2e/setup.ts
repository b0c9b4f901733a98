/** A browser, and `npm start` on a free port with an empty data folder, or the system at `ONSALE_URL`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { Payments } from "#local/gateways/children.ts";
import { readRunning } from "#local/running.ts";
import { up } from "#local/up.ts";
import { findChromium } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of pages and API. */
    base: string;
    /** The mailbox's address. */
    inbox: string;
    /** The browser's executable. */
    chromium: string;
  }
}

const say = (line: string) => console.log(line);

export const setUp = async (project: TestProject, payments: Payments): Promise<() => Promise<void>> => {
  project.provide("chromium", findChromium(say));
  if (process.env.ONSALE_URL) {
    project.provide("base", process.env.ONSALE_URL);
    project.provide("inbox", process.env.ONSALE_SES_URL ?? "");
    return async () => {};
  }
  const dataDir = mkdtempSync(join(tmpdir(), "onsale-e2e-"));
  const { signal } = new AbortController();
  const running = await up({ port: 0, dataDir, payments, say, signal });
  const addresses = readRunning(dataDir);
  project.provide("base", addresses?.api ?? "");
  project.provide("inbox", addresses?.inbox ?? "");
  return async () => {
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
};

export default (project: TestProject) => setUp(project, "sandbox");
