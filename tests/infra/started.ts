/** A function as it would run on AWS: bundled with the stack's properties, with the links that the CLI encrypts into its bundle. */
import { execFile } from "node:child_process";
import { createCipheriv } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import { type BuildInput, bundle } from "./bundle.ts";

const run = promisify(execFile);

/** `ms` of CPU. */
export type Started = { ms: number; answer: unknown; loaded: number };

/** The files that a package is in: their bytes, whether any is loaded before the first event, what else is in them. */
type Held = { bytes: number; isEager: boolean; others: string[] };

/** `@simplewebauthn/server` and what only it uses. */
const passkeyPackages =
  /^node_modules\/(@simplewebauthn|@hexagon|@levischuck|@peculiar|asn1js|pvtsutils|pvutils|reflect-metadata|tsyringe)\//;

export type Bundled = {
  file: string;
  out: string;
  /** Bytes of all its files. */
  total: number;
  /** Bytes that are loaded before the first event. */
  eager: number;
  /** The files of the gateway's SDK, and of the library that verifies passkeys. */
  sdk: Held;
  passkeys: Held;
  /** Every source file and package in the bundle. */
  sources: string[];
};

const eagerFiles = (outputs: Metafile["outputs"], entry: string): Set<string> => {
  const seen = new Set<string>();
  const walk = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { kind, path: next, external } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && !external) walk(next);
  };
  walk(entry);
  return seen;
};

/** As `aws-lambda`'s SST runtime opens it: AES-256-GCM under SST_KEY with a nonce of zeros. */
const encrypt = (links: object, key: string): Buffer => {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "base64"), Buffer.alloc(12));
  return Buffer.concat([cipher.update(JSON.stringify(links)), cipher.final(), cipher.getAuthTag()]);
};

export const build = async (input: BuildInput): Promise<Bundled> => {
  const { out, metafile } = await bundle(input);
  const outputs = metafile?.outputs ?? {};
  const source = `${input.handler.replace(/\.[^.]+$/, "")}.ts`;
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source) ?? "";
  const size = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  if (input.links) await writeFile(join(out, "resource.enc"), encrypt(input.links, input.encryptionKey ?? ""));
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const sources = new Set(
    inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => relative(".", path)),
  );
  const eager = eagerFiles(outputs, entry);
  const held = (isOf: (path: string) => boolean): Held => {
    const holding = Object.keys(outputs).filter((path) => Object.keys(outputs[path]?.inputs ?? {}).some(isOf));
    return {
      bytes: size(holding),
      isEager: holding.some((path) => eager.has(path)),
      others: holding.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}).filter((input) => !isOf(input))),
    };
  };
  return {
    file: resolve(entry),
    out,
    total: size(Object.keys(outputs)),
    eager: size(eager),
    sdk: held((path) => path.startsWith("node_modules/stripe/")),
    passkeys: held((path) => passkeyPackages.test(path)),
    sources: [...sources],
  };
};

/** Starts it in plain Node with only this environment, and sends it an event. */
export const start = async (
  { file, out }: Pick<Bundled, "file" | "out">,
  env: Record<string, string>,
  event?: unknown,
  counting = false,
): Promise<Started> => {
  const argv = [resolve("tests/infra/start.mjs"), file, event ? JSON.stringify(event) : "", counting ? "counting" : ""];
  const { stdout } = await run(process.execPath, argv, { cwd: out, env });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
};
