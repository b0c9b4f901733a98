/**
 * Runs in a separate process: SST's real components under Pulumi's mocks. Prints every resource that `sst deploy` would create, as one JSON
 * document. This shows the graph, its connections and its policies, but not whether AWS accepts them.
 */
import crypto from "node:crypto";
import fs from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { BuildInput } from "./bundle.ts";
import { answer, construct, type Registered, unwrap } from "./mocks.ts";
import { platform } from "./program.ts";

const root = process.cwd();
const require = createRequire(join(platform, "package.json"));
const stage = process.env.SST_STAGE ?? "";
/** Several syntheses may run at once. */
const work = fs.mkdtempSync(join(root, ".sst/synthesis-"));
process.on("exit", () => fs.rmSync(work, { recursive: true }));

// Pulumi records a stack trace for each promise. Whole traces would take a fifth of the time.
Error.stackTraceLimit = 1;

const resources: Registered[] = [];

/** Says what was asked for before the failure: Pulumi would have created all of it. */
const failed = async (error: unknown) => {
  console.error(error);
  await setTimeout(100);
  const asked = resources.filter(({ type }) => /^(aws|upstash):/.test(type)).map(({ name }) => name);
  console.error(`Asked for before: ${asked.join(", ") || "nothing"}.`);
  process.exit(1);
};
process.on("unhandledRejection", failed).on("uncaughtException", failed);

/** The part of SST's CLI that its components call while they run. */
const cli = createServer(async (request, response) => {
  const { method, params } = (await json(request)) as { method: string; params: [BuildInput] };
  response.end(JSON.stringify(await call(method, params[0]).catch((error) => ({ error: String(error) }))));
}).listen(0, "127.0.0.1");

const builds: BuildInput[] = [];

/** The graph needs a folder to upload; bundle.test.ts tests its contents. */
const folder = async (input: BuildInput) => {
  builds.push(input);
  const out = join(work, "src", input.functionID);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "handler.mjs"), `// ${input.handler}\n`);
  return { handler: input.handler.split("/").at(-1), out, errors: [], sourcemaps: [] };
};

// SST ends physical names with random letters and keeps them in its state; here they are always the same.
crypto.randomBytes = ((size: number) => Buffer.alloc(size, 7)) as typeof crypto.randomBytes;

// The pages are built by a command that the mocks do not run, so their folder is empty.
const { existsSync, readdirSync } = fs;
const pages = (path: unknown) => String(path).endsWith("web/dist");
fs.existsSync = (path) => pages(path) || existsSync(path);
fs.readdirSync = ((path, options) => (pages(path) ? [] : readdirSync(path, options as null))) as typeof readdirSync;

const call = async (method: string, args: BuildInput) => {
  if (method === "Provider.Aws.Bootstrap") {
    const names = { asset: "sst-asset", state: "sst-state", appsyncHttp: "none", appsyncRealtime: "none" };
    return { result: { ...names, assetEcrRegistryId: "123456789012", assetEcrUrl: "none" } };
  }
  if (method === "Runtime.Build") return { result: await folder(args) };
  return { error: `rpc: can't find ${method}` };
};

/** Pulumi's mocks do not report protection and dependencies. */
const listen = (mocks: { MockMonitor: { prototype: Record<string, (...args: never[]) => unknown> } }) => {
  const { registerResource } = mocks.MockMonitor.prototype;
  // biome-ignore lint/suspicious/noExplicitAny: Pulumi's own gRPC messages.
  mocks.MockMonitor.prototype.registerResource = function (this: unknown, request: any, ...rest: never[]) {
    resources.push({
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent().split("::").at(-1) ?? "",
      protect: request.getProtect(),
      retain: request.getRetainondelete(),
      ignores: request.getIgnorechangesList(),
      after: request.getDependenciesList().map((urn: string) => urn.split("::").at(-1)),
      inputs: {},
    });
    return registerResource?.call(this, request as never, ...rest);
  };
};

const synthesise = async () => {
  await new Promise((resolve) => cli.once("listening", resolve));
  process.env.SST_SERVER = `http://127.0.0.1:${(cli.address() as { port: number }).port}`;
  const pulumi = require("@pulumi/pulumi");
  const mocks = require("@pulumi/pulumi/runtime/mocks");
  Object.assign(globalThis, {
    $app: { stage, providers: {} },
    $cli: {
      command: "deploy",
      rpc: "",
      state: { version: {} },
      paths: { home: root, root, work, platform },
    },
    $dev: false,
    // biome-ignore lint/suspicious/noExplicitAny: whatever sst.config.ts exports.
    $config: (given: any) => given,
  });
  const { run, config } = await import(pathToFileURL(process.env.SYNTHESIS_PROGRAM ?? "").href);
  const { app, run: program } = await config();
  Object.assign(globalThis, { $app: { ...app({ stage }), stage } });
  await pulumi.runtime.setMocks(
    {
      newResource: (args: { type: string; name: string; inputs: Record<string, unknown> }) => {
        const made = resources.findLast(({ type, name }) => type === args.type && name === args.name);
        if (made) made.inputs = unwrap(args.inputs) as Registered["inputs"];
        return construct({ ...args, inputs: unwrap(args.inputs) as Registered["inputs"] });
      },
      call: answer,
    },
    "onsale",
    stage,
    false,
  );
  listen(mocks);
  pulumi.runtime.setAllConfig({ "aws:region": process.env.SST_AWS_REGION });
  const { runInPulumiStack } = require("@pulumi/pulumi/runtime/stack");
  await runInPulumiStack(() => run(program));
  cli.unref();
  process.once("beforeExit", () => {
    process.stdout.write(JSON.stringify({ app: app({ stage }), resources, builds }), () => process.exit(0));
  });
};

synthesise().catch(failed);
