/** Synthesises the app once for all tests: a test stage, and production twice. */

import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import type { BuildInput } from "./bundle.ts";
import type { Registered } from "./mocks.ts";
import { buildProgram, program } from "./program.ts";

export type Synthesis = {
  app: { name: string; removal: string; protect: boolean };
  resources: Registered[];
  builds: BuildInput[];
  outputs: Record<string, unknown>;
};

declare module "vitest" {
  interface ProvidedContext {
    test: Synthesis;
    production: Synthesis;
    again: Synthesis;
    configured: Synthesis;
  }
}

const installation = {
  ONSALE_MAIL_FROM: "Onsale <tickets@example.com>",
  ONSALE_ALARM_EMAIL: "oncall@example.com",
};

const run = promisify(execFile);

/** By stage and settings, in this process. */
const made = new Map<string, Promise<Synthesis>>();

/** The synthesis of these settings: the same settings give the same one, made once in a process. */
export const synthesise = (stage: string, more: Record<string, string> = {}): Promise<Synthesis> => {
  const settings = JSON.stringify([stage, Object.entries(more).sort()]);
  const synthesis = made.get(settings) ?? synthesiseAnew(stage, more);
  made.set(settings, synthesis);
  return synthesis;
};

/** One synthesis in a process of its own, with nothing of ours in its environment but what an installation sets. */
const synthesiseAnew = async (stage: string, more: Record<string, string> = {}): Promise<Synthesis> => {
  const { stdout } = await run("node", ["tests/infra/synthesis.ts"], {
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      // thirty processes load the same modules
      NODE_COMPILE_CACHE: ".sst/compile-cache",
      SYNTHESIS_PROGRAM: program,
      SST_STAGE: stage,
      SST_AWS_REGION: "us-east-1",
      SST_SECRETS: "{}",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_EC2_METADATA_DISABLED: "true",
      ...installation,
      ...more,
    },
  });
  return JSON.parse(stdout);
};

/** All settings of an installation. */
const everything = {
  ONSALE_DOMAIN: "tickets.example.com",
  ONSALE_CORS_ORIGIN: "https://shop.example.com",
  ONSALE_GATEWAY_URL: "https://gateway.example.com",
  ONSALE_FREE_CHARGES: "true",
  ONSALE_FIREWALL: "1",
  SST_SECRET_RedisUrl: "https://mine.upstash.io",
  SST_SECRET_RedisToken: "token",
  SST_SECRET_SlackWebhook: "https://hooks.slack.example/T",
};

export default async ({ provide }: TestProject) => {
  await buildProgram();
  const [test, production] = await Promise.all([synthesise("test"), synthesise("production")]);
  const [again, configured] = await Promise.all([synthesiseAnew("production"), synthesise("test", everything)]);
  provide("test", test);
  provide("production", production);
  provide("again", again);
  provide("configured", configured);
};

/** The source of the settings of an installation, for tests that compare the names in it. */
export const settingsText = (): string =>
  ["stacks/installation.ts", ...globSync("stacks/installation/*.ts")]
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
