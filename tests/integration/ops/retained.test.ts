/** An operator's look at what is retained of an erased account: with a reason, in the log. */
import { execFile } from "node:child_process";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Retained from "#core/privacy/retained.ts";
import * as Harness from "#tests/support/harness.ts";

beforeAll(async () => {
  await Harness.stage();
});

const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, AWS_LAMBDA_MAX_CONCURRENCY: undefined };
    execFile(process.execPath, ["ops/retained.ts", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

test("it shows the record, and logs who looked, why, and at whom; of another account there is nothing", {
  timeout: 60_000,
}, async () => {
  const userId = Ids.make("usr", now());
  const record = {
    userId,
    email: "a@onsale.test",
    formerEmails: [],
    name: "Ann",
    createdAt: 1,
    erasedAt: 2,
    mailTo: {},
  };
  await Retained.keep(record, now());
  const { code, stdout, stderr } = await run("--user", userId, "--reason", "court order 1");
  expect(code).toBe(0);
  expect(JSON.parse(stderr)).toMatchObject({
    operation: "retained",
    userId,
    by: expect.stringMatching(/: court order 1$/),
  });
  expect(JSON.parse(stdout)).toEqual(record);
  const Key = { pk: `RETAINED#${userId}`, sk: "RETAINED" };
  const { Item } = await db().send(new GetCommand({ TableName: table("Accounts"), Key }));
  expect(Item?.looks).toEqual([{ by: expect.stringMatching(/: court order 1$/), at: expect.any(Number) }]);
  expect((await run("--user", Ids.make("usr", now()), "--reason", "x")).code).toBe(1);
});

test("without a user id or a reason it looks at nothing", { timeout: 60_000 }, async () => {
  expect((await run("--user", "ann", "--reason", "x")).stderr).toMatch(/^--user is a user id/);
  expect((await run("--user", Ids.make("usr", now()))).stderr).toMatch(/^--reason is missing/);
});
