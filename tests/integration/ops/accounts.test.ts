/** Accounts of an earlier release: copied once with their roles, and deleted only after that. */
import { execFile } from "node:child_process";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { loginItem, membershipKey, profileKey } from "#core/account/account.table.ts";
import { platform } from "#core/account/index.ts";
import * as Password from "#core/account/password.ts";
import { now } from "#core/lib/clock.ts";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

const password = "correct horse";
const put = (Item: Item) => db().send(new PutCommand({ TableName: table("Accounts"), Item }));
const get = async (Key: Item) => (await db().send(new GetCommand({ TableName: table("Accounts"), Key }))).Item;
const oldKey = (userId: string) => ({ pk: `USER#${userId}`, sk: "PROFILE" });

/** An account as the earlier release wrote it. */
const account = async (roles: string[]) => {
  const userId = Ids.make("usr", now());
  const email = `${userId.toLowerCase()}@onsale.test`;
  const pk = `USER#${userId}`;
  await put(loginItem(email, { userId, password: await Password.hash(password) }));
  await put({ ...oldKey(userId), userId, email, name: "An Earlier", roles, createdAt: 1_700_000_000_000 });
  await put({ pk, sk: "WALLET", balance: 5_000, currency: "KRW" });
  return { userId, email };
};
type Person = Awaited<ReturnType<typeof account>>;

const run = (...args: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, AWS_LAMBDA_MAX_CONCURRENCY: undefined };
    execFile(process.execPath, ["ops/accounts.ts", ...args], { env }, (error, stdout, stderr) =>
      error ? reject(error) : resolve(stdout + stderr),
    );
  });
const signIn = ({ email }: Person) => stage.call("POST /v1/sessions", { body: { email, password } });

test("it only counts without --apply; with it, users sign in as before, with their points", {
  timeout: 60_000,
}, async () => {
  const [buyer, organiser] = [await account([]), await account(["admin"])];
  expect((await signIn(buyer)).status).toBe(401);
  expect(await run()).toContain("Nothing was changed");
  expect((await signIn(buyer)).status).toBe(401);
  expect(await run("--apply")).toMatch(/2 of them copied/);
  for (const [person, roles] of [
    [buyer, []],
    [organiser, ["admin"]],
  ] as const) {
    const token = (await signIn(person)).body.accessToken;
    const me = { userId: person.userId, email: person.email, name: "An Earlier", emailVerified: false, roles };
    expect((await stage.call("GET /v1/me", { token })).body).toEqual(me);
    expect((await stage.call("GET /v1/wallet", { token })).body.balance).toBe(5_000);
  }
  expect(await get(oldKey(buyer.userId))).toBeDefined();
});

test("a membership that was withdrawn is not copied again", { timeout: 60_000 }, async () => {
  const organiser = await account(["admin"]);
  await run("--apply");
  const key = membershipKey(organiser.userId, platform);
  expect(await get(key)).toMatchObject({ role: "owner" });
  await db().send(new DeleteCommand({ TableName: table("Accounts"), Key: key }));
  expect(await run("--apply")).toMatch(/0 of them copied/);
  expect(await get(key)).toBeUndefined();
});

test("only what was copied is deleted", { timeout: 60_000 }, async () => {
  const copied = await account([]);
  await run("--apply");
  const late = await account([]);
  await run("--apply", "--remove");
  expect(await get(oldKey(copied.userId))).toBeUndefined();
  expect(await get(profileKey(copied.userId))).toBeDefined();
  expect((await signIn(copied)).status).toBe(201);
  expect(await get(oldKey(late.userId))).toBeDefined();
  expect(await run("--apply")).toMatch(/1 of them copied/);
  expect((await signIn(late)).status).toBe(201);
});
