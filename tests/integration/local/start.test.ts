/** `npm start` as a person uses it: one command starts it, one key stops it, and each failure is one sentence and leaves no process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { constants, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "onsale-start-"));
});

type Started = { child: ChildProcess; output: () => string; ended: Promise<number | null> };

const start = (args: string[] = [], env: Record<string, string> = {}): Started => {
  const child = spawn(process.execPath, ["local/start.ts", "--port", "0", "--data", dataDir, ...args], {
    // variables that this process set to run handlers (local/lambda.ts) are not in a user's shell
    env: { ...process.env, AWS_LAMBDA_MAX_CONCURRENCY: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let written = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      written += chunk;
    });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const folder = dataDir;
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { child, output: () => written, ended };
};

/** Its address, once it is ready; its output, if it ended. */
const ready = async ({ output, ended }: Started): Promise<string> => {
  const failed = ended.then((code) => {
    throw new Error(`ended with code ${code}: ${output()}`);
  });
  const up = expect.poll(output, { timeout: 90_000, interval: 100 }).toContain("Ready after");
  await Promise.race([up, failed]);
  failed.catch(() => {}); // from here on the test ends it
  return /API and pages\s+(http:\S+)/.exec(output())?.[1] ?? "";
};

/** Every process of this machine whose command line names our data folder. */
const processes = async (): Promise<string[]> => {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const line = existsSync(`/proc/${pid}/cmdline`) ? commandLine(pid) : "";
    if (line.includes(dataDir)) found.push(line.slice(0, 200));
  }
  return found;
};

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return ""; // it has ended meanwhile
  }
};

const sentences = (output: string) =>
  output
    .trim()
    .split("\n")
    .filter((line) => line !== "" && !/^(Starting |Building |The pages )/.test(line));

test("--fresh deletes only our data; a killed start ends its engines, and the next start works", {
  timeout: 120_000,
}, async () => {
  await writeFile(join(dataDir, "secrets.json"), "torn");
  await writeFile(join(dataDir, "holiday.jpg"), "mine");
  const first = start(["--fresh"], { POWERTOOLS_METRICS_DISABLED: "false" });
  await showsNoMorePaidThanHeld(await ready(first));
  expect(readFileSync(join(dataDir, "holiday.jpg"), "utf8")).toBe("mine");
  first.child.kill("SIGKILL");
  await first.ended;
  await expect.poll(processes, { timeout: 15_000, interval: 200 }).toEqual([]);
  await goesOn();
});

/** The dashboard of a first start: the worker settles the seed's orders, which were held before. */
const showsNoMorePaidThanHeld = async (url: string) => {
  const shown = async (label: string) => {
    const page = await (await fetch(`${url}/local/dashboard`)).text();
    return Number(new RegExp(`${label} <b>([\\d,]+)</b>`).exec(page)?.[1]?.replaceAll(",", ""));
  };
  await expect.poll(() => shown("Paid"), { timeout: 30_000 }).toBeGreaterThan(0);
  await expect.poll(async () => (await shown("Held")) - (await shown("Paid")), { timeout: 30_000 }).toBe(0);
};

/** The next start on a folder whose first start was killed: it works, a second one is refused, and SIGTERM leaves no process. */
const goesOn = async () => {
  const next = start();
  const url = await ready(next);
  expect((await fetch(`${url}/v1/events?limit=7`)).headers.get("x-cache")).toBe("Miss from cloudfront");
  const running = JSON.parse(readFileSync(join(dataDir, "running.json"), "utf8"));
  expect(running.api).toBe(url);

  const second = start();
  expect(await second.ended).toBe(1);
  expect(sentences(second.output())).toEqual([expect.stringMatching(/^Onsale already runs on .* \(process \d+\)\./)]);
  expect((await fetch(`${url}/v1/nowhere`)).status).toBeGreaterThan(0);

  expect((await processes()).length).toBeGreaterThanOrEqual(4);
  next.child.kill("SIGTERM");
  expect(await next.ended).toBe(0);
  expect(await processes()).toEqual([]);
  expect(existsSync(join(dataDir, "lock"))).toBe(false);
};

test("no password is hashed in the process that answers holds, but in that of the accounts, of a lower priority", {
  timeout: 120_000,
}, async () => {
  const hashes = join(dataDir, "hashes");
  const hook = join(dataDir, "hook.mjs");
  await writeFile(
    hook,
    `import crypto from "node:crypto";
    import { appendFileSync } from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { argon2 } = crypto;
    crypto.argon2 = (...args) => {
      appendFileSync(${JSON.stringify(hashes)}, process.pid + "\\n");
      return argon2(...args);
    };
    syncBuiltinESMExports();`,
  );
  const url = await ready(start([], { NODE_OPTIONS: `--import ${hook}`, ONSALE_SEED: "none" }));
  const body = JSON.stringify({ email: "a@onsale.test", password: "correct horse", name: "A" });
  const headers = { "content-type": "application/json" };
  const post = async (path: string, body: string) =>
    (await fetch(url + path, { method: "POST", headers, body })).status;
  expect(await post("/v1/accounts", body)).toBe(201);
  expect(await post("/v1/sessions", JSON.stringify({ email: "a@onsale.test", password: "correct horse" }))).toBe(201);
  const pids = new Set(readFileSync(hashes, "utf8").trim().split("\n"));
  expect(pids.size).toBe(1);
  for (const pid of pids) {
    expect(commandLine(pid)).toMatch(/local\/service-child\.ts accounts/);
    expect(getPriority(Number(pid))).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
  }
});

test("a signal during the start stops everything that has started", { timeout: 90_000 }, async () => {
  const early = start();
  await expect.poll(async () => (await processes()).length, { timeout: 20_000, interval: 50 }).toBeGreaterThan(1);
  early.child.kill("SIGINT");
  expect(await early.ended).toBe(1);
  expect(sentences(early.output())).toEqual(["Stopped before it was ready."]);
  expect(await processes()).toEqual([]);
});

test("a port in use is reported in one sentence, and nothing is started", { timeout: 30_000 }, async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  onTestFinished(() => void holder.close());
  const { port } = holder.address() as { port: number };
  const refused = start(["--port", String(port)]);
  expect(await refused.ended).toBe(1);
  expect(sentences(refused.output())).toEqual([
    `Port ${port} is taken. Choose another: npm start -- --port ${port + 1}`,
  ]);
  expect(await processes()).toEqual([]);
});

test.each([
  ["DynamoDB", "dynamodb/shared-local-instance.db"],
  ["Redis", "redis/appendonlydir/appendonly.aof.manifest"],
  ["SQS", "sqs/fauxqs.db"],
  ["secrets.json", "secrets.json"],
])(
  "a corrupt data folder (%s) is reported in one sentence, and nothing keeps running",
  { timeout: 90_000 },
  async (part, file) => {
    await mkdir(join(dataDir, file, ".."), { recursive: true });
    await writeFile(join(dataDir, file), "this is no such file\n".repeat(500));
    const refused = start();
    expect(await refused.ended).toBe(1);
    const [sentence, ...more] = sentences(refused.output());
    expect(more).toEqual([]);
    expect(sentence).toContain(`The data in ${dataDir} cannot be read (${part}`);
    expect(sentence).toContain("npm start -- --fresh");
    expect(await processes()).toEqual([]);
  },
);

test("data of another release is reported in one sentence, and left as it is", { timeout: 90_000 }, async () => {
  await writeFile(join(dataDir, "secrets.json"), "{}");
  const refused = start();
  expect(await refused.ended).toBe(1);
  expect(sentences(refused.output())).toEqual([
    `The data in ${dataDir} was written by another release, and this release cannot read its keys. Delete it and start again with: npm start -- --fresh`,
  ]);
  expect(readFileSync(join(dataDir, "secrets.json"), "utf8")).toContain("{");
  expect(await processes()).toEqual([]);
});

test("a missing engine is reported in one sentence with the one command", { timeout: 90_000 }, async () => {
  // Neither Java, Redis, apt-get nor Docker on the PATH; an unprivileged user looks the same.
  const bare = start([], { PATH: "/nowhere", JAVA_HOME: "" });
  expect(await bare.ended).toBe(1);
  const [sentence, ...more] = sentences(bare.output());
  expect(more).toEqual([]);
  expect(sentence).toMatch(
    /^(Java 11 or later|Redis) is missing, and Docker is not available either. Install it with: /,
  );
  expect(await processes()).toEqual([]);
});

test("an unknown option is reported in one sentence", { timeout: 30_000 }, async () => {
  for (const [args, said] of [
    [["--prot", "1"], /^Unknown option '--prot'.*--help/],
    [["--port", "99999"], /^The port is not a number between 0 and 65535\.$/],
  ] as const) {
    const odd = start([...args]);
    expect(await odd.ended).toBe(1);
    expect(sentences(odd.output())).toEqual([expect.stringMatching(said)]);
  }
});
