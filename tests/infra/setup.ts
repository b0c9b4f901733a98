/** Synthesises the app once for all tests: a test stage, and production twice. */
import { execFile } from "node:child_process";
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

/** One synthesis in a separate process, whose environment has only an installation's settings. */
export const synthesise = async (stage: string, more: Record<string, string> = {}): Promise<Synthesis> => {
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
  const [again, configured] = await Promise.all([synthesise("production"), synthesise("test", everything)]);
  provide("test", test);
  provide("production", production);
  provide("again", again);
  provide("configured", configured);
};
