/** A service in a process of its own, as `npm start` runs the accounts. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import * as Password from "#core/account/password.ts";
import { call } from "#local/api-gateway.ts";
import { type ServiceProcess, startService } from "#local/service-process.ts";
import { metricsOf } from "#local/watch/journal.ts";
import * as Harness from "#tests/support/harness.ts";

let accounts: ServiceProcess;
beforeAll(async () => {
  await Harness.stage();
  Object.assign(process.env, { POWERTOOLS_METRICS_DISABLED: "false", POWERTOOLS_LOG_LEVEL: "INFO" });
  accounts = startService("accounts");
});
afterAll(() => accounts.stop());

let people = 0;
const person = () => ({ email: `apart.${++people}@onsale.test`, password: "correct horse", name: "Person" });
const signUp = (body: object) =>
  call({ method: "POST", path: "/v1/accounts", body: JSON.stringify(body) }, undefined, accounts.invoke);

/** The lines that are written to this process's output meanwhile. */
const written = (): string[] => {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return lines;
};

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

test("it answers as in this process, hashes there, and its log lines and metrics come here under its name", async () => {
  const lines = written();
  const hash = vi.spyOn(Password, "hash");
  const one = person();
  const answer = await signUp(one);
  expect([answer.status, String(answer.body)]).toEqual([201, expect.stringContaining(one.email)]);
  expect((await signUp(one)).status).toBe(409);
  expect((await signUp({ ...one, email: "none" })).status).toBe(422);
  expect(hash).not.toHaveBeenCalled();
  await expect.poll(() => lines.filter((line) => line.includes('"POST /v1/accounts"')).length).toBe(3);
  expect(lines.find((line) => line.includes('"POST /v1/accounts"'))).toContain('"service":"accounts"');
  const counted = () => lines.flatMap((line) => metricsOf(line)).filter(({ name }) => name === "SignedUp");
  await expect.poll(counted).toMatchObject([{ service: "accounts", values: [1] }]);
});

test("all of its threads have a lower priority, so also those that hash", async () => {
  await signUp(person());
  const pid = accounts.pid() ?? 0;
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  expect(threads.length).toBeGreaterThan(4);
  expect(new Set(threads.map((thread) => getPriority(thread)))).toEqual(
    new Set([constants.priority.PRIORITY_BELOW_NORMAL]),
  );
});

test("if it dies, its invocations fail, the log says so, and the next request starts it again", async () => {
  const errors = vi.spyOn(console, "error").mockReturnValue();
  onTestFinished(() => errors.mockRestore());
  await signUp(person());
  const pid = accounts.pid() ?? 0;
  const caught = Array.from({ length: 3 }, () => signUp(person()));
  process.kill(pid, "SIGKILL");
  expect((await Promise.all(caught)).map(({ status }) => status)).toEqual([500, 500, 500]);
  expect(errors.mock.calls.flat().join("\n")).toContain(
    "The process of accounts ended (SIGKILL). The next request starts it again.",
  );
  expect((await signUp(person())).status).toBe(201);
  expect(accounts.pid()).not.toBe(pid);
});

test("it ends when it is stopped, and when the process that started it is killed", async () => {
  const other = startService("accounts");
  const pid = other.pid() ?? 0;
  await other.invoke("accounts", {}).catch(() => {});
  await other.stop();
  expect(isAlive(pid)).toBe(false);

  const script = `import { startService } from "#local/service-process.ts"; console.log(startService("accounts").pid());`;
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(parent.stdout, "data");
  expect(isAlive(Number(line))).toBe(true);
  parent.kill("SIGKILL");
  await expect.poll(() => isAlive(Number(line)), { timeout: 10_000 }).toBe(false);
});
