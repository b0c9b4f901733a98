/** `npm run organiser`, on the accounts table that it gets. */
import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { platform } from "#core/account/index.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Organisation from "#core/organisation/index.ts";
import * as Harness from "#tests/support/harness.ts";
import { items } from "#tests/support/shop.ts";

let stage: Harness.Stage;

beforeAll(async () => {
  stage = await Harness.stage();
});

/** In a folder that no stage was deployed from. */
const organiser = (email: string, password: string | undefined, more: string[] = []) => {
  const { env, tables } = stage.resources;
  const aws = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("AWS_")));
  const args = [join(process.cwd(), "ops/organiser.ts"), "--email", email, "--accounts", tables.Accounts, ...more];
  const cwd = mkdtempSync(join(tmpdir(), "onsale-organiser-"));
  return new Promise<{ code: number; out: string; wrong: string }>((resolve) => {
    const options = {
      cwd,
      env: { PATH: process.env.PATH ?? "", ...aws, ...(password && { ONSALE_PASSWORD: password }) },
    };
    execFile(process.execPath, args, options, (error, out, wrong) =>
      resolve({ code: error ? Number(error.code) : 0, out, wrong }),
    );
  });
};

const signIn = (email: string, password: string) => stage.call("POST /v1/sessions", { body: { email, password } });

test("the command makes an account that may make events; run again, it changes nothing, not even the password", async () => {
  const email = "first-organiser@example.com";
  expect(await organiser(email, "the first password")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^first-organiser@example.com \(usr_\w+\) may make events\.\n$/),
  });
  const { body } = await signIn(email, "the first password");
  expect((await stage.call("GET /v1/me", { token: body.accessToken })).body.roles).toEqual(["admin"]);
  expect(await organiser(email, "another password")).toMatchObject({
    code: 0,
    out: expect.stringContaining("may make events already, and keeps its password."),
  });
  expect((await signIn(email, "the first password")).status).toBe(201);
  expect((await signIn(email, "another password")).status).toBe(401);
});

test("without a password it makes one, prints it once, and keeps it", async () => {
  const email = "another-organiser@example.com";
  const { out } = await organiser(email, undefined);
  const password = /^The password, printed only now: (\S{20,})$/m.exec(out)?.[1] ?? "";
  expect((await signIn(email, password)).status).toBe(201);
  expect((await organiser(email, undefined)).out).not.toContain("password,");
});

test("organisers of earlier releases become members of their organisation, once, however often it is run", async () => {
  const earlier = await stage.user({ memberships: [{ organisationId: platform, role: "owner" }] });
  const members = async () => {
    const { items } = await Organisation.members(platform, Date.now());
    return items.filter(({ userId }) => userId === earlier.userId).map(({ role }) => role);
  };
  for (let run = 0; run < 2; run++) {
    expect((await organiser("first-organiser@example.com", "the first password")).code).toBe(0);
    expect(await members()).toEqual(["owner"]);
  }
});

test("events of earlier releases come into their organisation's list, however often it is run", async () => {
  const { eventId } = await stage.event();
  const admin = await stage.user({ roles: ["admin"] });
  const listed = async () => {
    const { body } = await stage.call("GET /v1/admin/events", { token: admin.token });
    return body.items.map((event: { eventId: string }) => event.eventId);
  };
  const entries = await items("Catalog", "LIST#ORG#");
  expect(entries).toHaveLength(1);
  const Key = { pk: entries[0]?.pk, sk: entries[0]?.sk };
  await db().send(new DeleteCommand({ TableName: table("Catalog"), Key }));
  expect(await listed()).toEqual([]);
  const catalog = ["--catalog", stage.resources.tables.Catalog];
  for (let run = 0; run < 2; run++) {
    const { out, wrong } = await organiser("first-organiser@example.com", "the first password", catalog);
    expect(wrong).toBe("");
    expect(out).toContain("Events in the lists of their organisations: 1.");
    expect(await listed()).toEqual([eventId]);
    expect(await items("Catalog", "LIST#ORG#")).toEqual(entries);
  }
});

test("a buyer's account does not become an organiser's", async () => {
  const [email, password] = ["a-buyer@example.com", "a buyer's password"];
  await stage.call("POST /v1/accounts", { body: { email, password, name: "A buyer" } });
  const wrong = `${email} has an account that may not make events: name another one.\n`;
  expect(await organiser(email, password)).toEqual({ code: 2, out: "", wrong });
  const { body } = await signIn(email, password);
  expect((await stage.call("GET /v1/me", { token: body.accessToken })).body.roles).toEqual([]);
});

test("a refusal by DynamoDB, and an invalid address, are reported in one sentence", async () => {
  const missing = await organiser("other@example.com", "a long password", ["--accounts", "no-such-table"]);
  expect(missing).toEqual({ code: 2, out: "", wrong: expect.stringMatching(/^The account was not made: [^\n]+\n$/) });
  const wrong = "--email is an address, the password has 8 to 128 characters, and --name 1 to 100.\n";
  expect(await organiser("nobody", "a long password")).toEqual({ code: 2, out: "", wrong });
  expect(await organiser("other@example.com", "short")).toEqual({ code: 2, out: "", wrong });
});
