import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freshTicketKey, rotated, type Secret, type Step, secrets } from "#ops/rotate-key.ts";

const steps = (secret: Secret, value: string, names: Step[], fresh: () => string) =>
  names.reduce((before, step) => rotated(secret, { value: before, step, fresh: fresh() }), value);

const shared = secrets.filter((secret) => secret !== "TicketKey");

test.each(shared)(
  "a key of %s is accepted before it signs, and removed last, in this rotation and the next",
  (secret) => {
    const value = (...names: Step[]) => steps(secret, "old", names, () => "new");
    expect(value("accept")).toBe("old,r1-new");
    expect(value("accept", "sign")).toBe("r1-new,old");
    expect(value("accept", "sign", "drop")).toBe("r1-new");
    const round = ["accept", "sign", "drop"] as const;
    expect(value(...round, "accept")).toBe("r1-new,r2-new");
    expect(value(...round, ...round)).toBe("r2-new");
  },
);

/** The earlier steps, the next step, and its refusal. */
const outOfOrder: [Step[], Step, RegExp][] = [
  [[], "sign", /begin with --step accept/],
  [[], "drop", /begin with --step accept/],
  [["accept"], "accept", /go on with --step sign/],
  [["accept"], "drop", /go on with --step sign/],
  [["accept", "sign"], "sign", /go on with --step drop/],
  [["accept", "sign", "drop"], "sign", /begin with --step accept/],
  [["accept", "sign", "drop"], "drop", /begin with --step accept/],
];

test.each(
  secrets.flatMap((secret) => outOfOrder.map(([done, step, why]) => [secret, done.join(", "), step, why] as const)),
)("%s after “%s” refuses %s and names the next step", (secret, done, step, why) => {
  const [first, fresh] =
    secret === "TicketKey" ? [freshTicketKey(), freshTicketKey] : ["a".repeat(64), () => "b".repeat(64)];
  for (const round of [[], ["accept", "sign", "drop"]] as Step[][]) {
    const value = steps(secret, first, [...round, ...(done.split(", ").filter(Boolean) as Step[])], fresh);
    expect(() => rotated(secret, { value, step, fresh: fresh() })).toThrow(why);
  }
});

test("accept and sign can be undone by hand: only the first key, and the two swapped", () => {
  for (const before of ["old", "r1-old"]) {
    const accepted = steps("AccessKey", before, ["accept"], () => "new");
    expect(accepted.split(",")[0]).toBe(before);
    const signed = steps("AccessKey", before, ["accept", "sign"], () => "new");
    expect(signed.split(",").reverse().join()).toBe(accepted);
  }
});

test("a shared secret has at most two keys", () => {
  const value = steps("AccessKey", "old", ["accept", "sign"], () => "new");
  expect(() => rotated("AccessKey", { value, step: "accept", fresh: "newer" })).toThrow(/go on with --step drop/);
});

test("a ticket's old key keeps its public half until its last event is over", () => {
  const first = freshTicketKey();
  const value = (...names: Step[]) => JSON.parse(steps("TicketKey", first, names, freshTicketKey));
  const has = (jwks: { d?: string }[]) => jwks.map(({ d }) => d !== undefined);
  expect(has(value("accept"))).toEqual([true, true]);
  expect(value("accept")[0]).toEqual(JSON.parse(first));
  const signed = value("accept", "sign");
  expect(has(signed)).toEqual([true, false]);
  expect(signed[1].x).toBe(JSON.parse(first).x);
  expect(has(value("accept", "sign", "accept", "sign"))).toEqual([true, false, false]);
  // the oldest is dropped
  const twice = value("accept", "sign", "accept", "sign");
  expect(JSON.parse(rotated("TicketKey", { value: JSON.stringify(twice), step: "drop", fresh: "" }))).toEqual(
    twice.slice(0, 2),
  );
});

test.each<[string, Step]>([
  ["a,b", "sign"],
  ["r1-a,r1-b", "drop"],
  ["a,r1-b,r2-c", "sign"],
])("keys that were set by hand are left as they are: %s %s", (value, step) => {
  expect(() => rotated("AccessKey", { value, step, fresh: "c" })).toThrow(/by hand/);
});

/**
 * The command as sst shell runs it, with an AWS CLI whose aliases are on `live` where version 2 is published, and an SST that keeps a
 * secret in a file.
 */
const rotate = async (value: string, step: Step, { live = "2", aws = true } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), "onsale-rotate-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const tool = async (name: string, script: string) => {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  };
  const answers = `case "$2" in get-alias) echo '"${live}"';; *) echo '["$LATEST", "1", "2"]';; esac`;
  await tool("aws", aws ? answers : "echo 'Unable to locate credentials' >&2; exit 253");
  await tool("npx", `cat > ${join(folder, "set")}`);
  const env = {
    PATH: `${folder}:/usr/bin:/bin`,
    SST_RESOURCE_Orders: "{}",
    SST_RESOURCE_App: JSON.stringify({ name: "onsale", stage: "production" }),
    SST_RESOURCE_AccessKey: JSON.stringify({ value }),
  };
  const script = join(import.meta.dirname, "../../ops/rotate.ts");
  const args = [script, "--secret", "AccessKey", "--step", step, "--apply"];
  const { code, says } = await new Promise<{ code: number; says: string }>((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), says: stdout + stderr }),
    );
  });
  return { code, says, set: await readFile(join(folder, "set"), "utf8").catch(() => undefined) };
};

test.each<[Step, string, string]>([
  ["sign", "old,r1-new", "r1-new,old"],
  ["drop", "r1-new,old", "r1-new"],
])(
  "%s is refused while a release is pending, because a running version does not have the step before",
  async (step, value, becomes) => {
    const refused = await rotate(value, step, { live: "1" });
    expect(refused).toMatchObject({ code: 2, set: undefined });
    expect(refused.says).toMatch(/^A release is pending: .* Release first: npm run release -- --stage production\n$/);
    expect(await rotate(value, step)).toMatchObject({ code: 0, set: becomes });
  },
);

test("accept needs no release before it, because no version signs differently than before", async () => {
  const accepted = await rotate("old", "accept", { live: "1" });
  expect(accepted).toMatchObject({ code: 0, set: expect.stringMatching(/^old,r1-[\da-f]{64}$/) });
});

test("a step is refused if AWS cannot be asked, with AWS's message", async () => {
  const refused = await rotate("old,r1-new", "sign", { aws: false });
  expect(refused).toEqual({
    code: 2,
    set: undefined,
    says: expect.stringMatching(/^aws lambda \S+: Unable to locate credentials\n$/),
  });
});
