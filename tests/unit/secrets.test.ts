/** The scan for secrets, part of every check, finds one. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const secretlint = join(root, "node_modules/secretlint/bin/secretlint.js");

const scan = async (text: string): Promise<{ code: number; output: string }> => {
  const folder = await mkdtemp(join(tmpdir(), "onsale-secrets-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "settings.ts"), text);
  const args = [secretlint, "--secretlintrc", join(root, ".secretlintrc.json"), "--maskSecrets", `${folder}/**/*`];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
};

// assembled here, otherwise the scan would find them
const token = ["ghp", "_", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("");
const key = [
  "-----BEGIN ",
  "RSA PRIVATE KEY-----\n",
  "MIIEpAIBAAKCAQEA".repeat(8),
  "\n-----END RSA PRIVATE KEY-----\n",
].join("");

test.each([
  ["a token", `export const token = "${token}";\n`],
  ["a private key", key],
])("%s is reported, without its value", async (_, text) => {
  const { code, output } = await scan(text);
  expect(code).toBe(1);
  expect(output).not.toContain(token);
});

test("text that is no secret is not reported", async () => {
  expect(await scan("export const port = 3000;\n")).toMatchObject({ code: 0 });
});
