import { expect, test } from "vitest";
import { progress, throughShell } from "#ops/command.ts";

test.each([
  [["--stage", "production", "--apply"], ["--apply"]],
  [
    ["--apply", "--stage=production", "--per-second", "10"],
    ["--apply", "--per-second", "10"],
  ],
])("a deployed stage is reached through sst shell, with the other options as they were: %j", (given, rest) => {
  const args = throughShell("production", "ops/redrive.ts", given);
  expect(args).toEqual([
    ...["sst", "shell", "--stage", "production", "--", process.execPath, "ops/redrive.ts"],
    ...rest,
  ]);
});

test("what is quick says nothing on its way", () => {
  const lines: string[] = [];
  const report = progress((line) => lines.push(line));
  report(() => "half");
  expect(lines).toEqual([]);
});
