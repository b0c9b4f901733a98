import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { progress, throughShell } from "#ops/command.ts";

test.each([
  [["--stage", "production", "--apply"], ["--apply"]],
  [
    ["--apply", "--stage=production", "--per-second", "10"],
    ["--apply", "--per-second", "10"],
  ],
])("a deployed stage is reached through sst shell, with the other options unchanged: %j", (given, rest) => {
  const args = throughShell("production", "ops/redrive.ts", given);
  expect(args).toEqual([
    ...["sst", "shell", "--stage", "production", "--", process.execPath, "ops/redrive.ts"],
    ...rest,
  ]);
});

test("a quick command prints no progress", () => {
  const lines: string[] = [];
  const report = progress((line) => lines.push(line));
  report(() => "half");
  expect(lines).toEqual([]);
});

const secrets =
  "AccessKey, RefreshKey, PlaceKey, AdmissionKey, ChallengeKey, CodeKey, WebhookKey, OriginKey, TicketKey";

/** An environment without a linked stage and with an empty PATH. */
const run = (name: string, ...args: string[]): Promise<{ code: number; says: string }> =>
  new Promise((resolve) => {
    const script = join(import.meta.dirname, `../../ops/${name}.ts`);
    execFile(process.execPath, [script, ...args], { env: {} }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), says: (stdout + stderr).trim() }),
    );
  });

test.each<[string, string]>([
  ["rotate", `--secret is one of ${secrets}. See --help.`],
  ["rotate --stage x --secret Nope --step sign", `--secret is one of ${secrets}. See --help.`],
  ["rotate --stage x --secret AccessKey", "--step is one of accept, sign, drop. See --help."],
  ["rotate --secret AccessKey --step sign", "Name a deployed stage with --stage."],
  ["warm", "Name --writes, --reads or both. See --help."],
  ["warm --writes 5", "Name a deployed stage with --stage."],
  ["warm --stage x --writes many", "--writes is a whole number of units a second, such as 20000."],
  ["warm --stage x --writes=-5", "--writes is a whole number of units a second, such as 20000."],
  ["warm --stage x --writes -5", "Option '--writes' has no value: what follows begins with a dash. See --help."],
])("options are checked before anything runs: %s", async (line, says) => {
  const [name = "", ...args] = line.split(" ");
  expect(await run(name, ...args)).toEqual({ code: 2, says });
});

test.each(["rotate", "warm"])("%s has --help, and names no stage that it does not work on", async (name) => {
  const { code, says } = await run(name, "--help");
  expect(code).toBe(0);
  expect(says).toContain(`npm run ${name} -- --stage NAME`);
  expect(says).not.toContain("npm start");
});
