/**
 * Preflight's results for an account. The answers are those of AWS's, Upstash's and Stripe's documents, in the types of AWS's SDK. So the
 * tests show how an answer is judged, not that AWS answers so.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescribeLimitsCommandOutput } from "@aws-sdk/client-dynamodb";
import type { GetAccountSettingsCommandOutput } from "@aws-sdk/client-lambda";
import type { GetServiceQuotaCommandOutput, ListServiceQuotasCommandOutput } from "@aws-sdk/client-service-quotas";
import type { GetAccountCommandOutput, GetEmailIdentityCommandOutput } from "@aws-sdk/client-sesv2";
import { expect, test } from "vitest";
import type { Check, Clients } from "#ops/preflight/check.ts";
import { preflight } from "#ops/preflight/checks.ts";
import { needsOf } from "#ops/preflight/sale-needs.ts";
import { read } from "../../stacks/installation.ts";

const $metadata = {};

/** An account outside SES's sandbox and with the limits of a large sale. */
const ready = {
  GetAccountCommand: {
    $metadata,
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    EnforcementStatus: "HEALTHY",
    SendQuota: { Max24HourSend: 200_000, MaxSendRate: 50, SentLast24Hours: 100 },
  } satisfies GetAccountCommandOutput,
  GetEmailIdentityCommand: { $metadata, VerifiedForSendingStatus: true } satisfies GetEmailIdentityCommandOutput,
  GetAccountSettingsCommand: {
    $metadata,
    AccountLimit: { ConcurrentExecutions: 5_000, UnreservedConcurrentExecutions: 5_000 },
  } satisfies GetAccountSettingsCommandOutput,
  DescribeLimitsCommand: {
    $metadata,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxWriteCapacityUnits: 40_000,
  } satisfies DescribeLimitsCommandOutput,
  GetServiceQuotaCommand: {
    $metadata,
    Quota: { ServiceCode: "apigateway", QuotaCode: "L-8A5B8E43", QuotaName: "Throttle rate", Value: 10_000 },
  } satisfies GetServiceQuotaCommandOutput,
  ListServiceQuotasCommand: { $metadata, Quotas: [] } satisfies ListServiceQuotasCommandOutput,
  ListAWSDefaultServiceQuotasCommand: {
    $metadata,
    Quotas: [{ QuotaName: "Requests per second per distribution", Value: 250_000 }],
  } satisfies ListServiceQuotasCommandOutput,
  databases: [{ database_name: "onsale-test", state: "active", eviction: false, db_max_commands_per_second: 10_000 }],
  account: { charges_enabled: true },
  webhook_endpoints: {
    data: [
      {
        url: "https://d1.cloudfront.net/v1/payments/webhooks/stripe",
        status: "enabled",
        enabled_events: ["payment_intent.*", "charge.refunded", "charge.dispute.*", "refund.failed"],
      },
    ],
  },
};

type Answers = { [name in keyof typeof ready]: unknown };

const settings = (more: Record<string, string> = {}) =>
  read("test", { ONSALE_MAIL_FROM: "tickets@example.com", ONSALE_ALARM_EMAIL: "a@example.com", ...more });

const ask = async (
  more: Partial<Answers> = {},
  sale = { visitors: 50_000, seats: 10_000, minutes: 20 },
  of = settings(),
) => {
  const answers: Answers = { ...ready, ...more };
  const send = async (command: object) => {
    const answer = answers[command.constructor.name as keyof Answers];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const fetchJson = async (url: string) =>
    answers[(/\/(databases|account|webhook_endpoints)/.exec(url)?.[1] ?? "") as keyof Answers];
  const client = { send };
  const clients = { ses: client, lambda: client, dynamodb: client, quotas: client, globalQuotas: client, fetchJson };
  return preflight({
    ...{ stage: "test", settings: of, needs: needsOf(sale), clients: clients as unknown as Clients },
    ...{ upstash: "me@example.com:key", stripeKey: "sk_test_1" },
  });
};

const shortOf = async (...asked: Parameters<typeof ask>) =>
  (await ask(...asked)).filter(({ state }) => state !== "good").map(({ about, says }) => `${about}: ${says}`);

test("an account with what the sale needs lacks nothing", async () => {
  expect(await shortOf()).toEqual([]);
  expect((await ask()).map(({ about }) => about)).toEqual(
    expect.arrayContaining([
      "Lambda",
      "SES",
      "Mail's rate",
      "Sender",
      "DynamoDB",
      "API Gateway",
      "CloudFront",
      "Redis",
    ]),
  );
});

test("a new account lacks Lambda concurrency, and its SES is in the sandbox", async () => {
  const found = await shortOf({
    GetAccountSettingsCommand: {
      $metadata,
      AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 },
    } satisfies GetAccountSettingsCommandOutput,
    GetAccountCommand: {
      $metadata,
      ProductionAccessEnabled: false,
      SendingEnabled: true,
      EnforcementStatus: "HEALTHY",
      SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 },
    } satisfies GetAccountCommandOutput,
  });
  expect(found.join("\n")).toMatch(/Lambda: 10 environments at once, but this sale needs \d+/);
  expect(found.join("\n")).toMatch(/SES: is in its sandbox/);
  expect(found.join("\n")).toMatch(/Mail's quota: 200 e-mails left today, but this sale needs 5,000/);
  expect(found.join("\n")).toMatch(/Mail's rate: ONSALE_MAIL_RATE is 10, but SES takes 1 a second/);
});

test("a region with API Gateway's lower default has too little for a crowd", async () => {
  const low = { GetServiceQuotaCommand: { $metadata, Quota: { Value: 2_500 } } satisfies GetServiceQuotaCommandOutput };
  expect(await shortOf(low, { visitors: 10_000, seats: 1_000, minutes: 20 })).toEqual([]);
  expect((await shortOf(low, { visitors: 200_000, seats: 1_000, minutes: 20 })).join()).toMatch(/API Gateway: 2,500/);
});

test("a sale of a million visitors lacks Redis first", async () => {
  const found = await shortOf({}, { visitors: 1_000_000, seats: 50_000, minutes: 20 });
  expect(found.join("\n")).toMatch(/Redis: 10,000 commands a second, but this sale needs 10\d,\d+/);
});

test("an unconfirmed sender and a database that evicts places are reported", async () => {
  const missing = Object.assign(new Error("Email identity does not exist."), { name: "NotFoundException" });
  const evicting = [{ ...ready.databases[0], eviction: true }];
  const found = await shortOf({ GetEmailIdentityCommand: missing, databases: evicting });
  expect(found.join("\n")).toMatch(/Sender: neither tickets@example.com nor its domain/);
  expect(found.join("\n")).toMatch(/Redis: eviction is on/);
});

test("Stripe's account and webhooks are checked if Stripe takes the cards", async () => {
  const stripe = settings({
    ONSALE_PAYMENTS: "stripe",
    SST_SECRET_StripeKey: "sk_test_1",
    SST_SECRET_StripePublishableKey: "pk_test_1",
    SST_SECRET_StripeWebhookSecret: "whsec_1",
  });
  const sale = { visitors: 1_000, seats: 100, minutes: 20 };
  expect(await shortOf({}, sale, stripe)).toEqual([]);
  const found = await shortOf({ account: { charges_enabled: false }, webhook_endpoints: { data: [] } }, sale, stripe);
  expect(found.join("\n")).toMatch(/Stripe: the account may not charge cards yet/);
  expect(found.join("\n")).toMatch(/webhooks are not registered/);
});

test("a check that cannot run is reported, and stops no other check", async () => {
  const denied = Object.assign(new Error("not authorized to perform: lambda:GetAccountSettings"), {
    name: "AccessDeniedException",
  });
  const checks = await ask({
    GetAccountSettingsCommand: denied,
    ListAWSDefaultServiceQuotasCommand: { $metadata, Quotas: [] },
  });
  expect(checks.find(({ about }) => about === "Lambda")).toMatchObject({
    state: "unknown",
    says: expect.stringContaining("AccessDeniedException"),
  });
  expect(checks.find(({ about }) => about === "CloudFront")).toMatchObject({ state: "unknown" });
  expect(checks.find(({ about }) => about === "SES")).toMatchObject({ state: "good" });
});

test("an AWS without answer is reported in one line; a sender that the deployment makes is no fault", async () => {
  const none = Object.assign(new Error("Could not load credentials from any providers"), {
    name: "CredentialsProviderError",
  });
  const names = Object.keys(ready).filter((name) => name.endsWith("Command"));
  const unanswered = Object.fromEntries(names.map((name) => [name, none]));
  for (const of of [settings(), settings({ ONSALE_MAIL_IDENTITY: "domain" })]) {
    const [first, ...others] = await ask(unanswered, undefined, of);
    expect(first).toEqual({
      about: "AWS",
      state: "unknown",
      says: "could not be asked: CredentialsProviderError: Could not load credentials from any providers",
    });
    expect(new Set(others.map(({ about }) => about))).toEqual(new Set(["Redis"]));
  }
});

/** The command, with an SST that ends so, and without AWS credentials. */
const command = (sst: string, more: Record<string, string> = {}, options = ["--deployment"]) => {
  const here = mkdtempSync(join(tmpdir(), "onsale-preflight-"));
  writeFileSync(join(here, "npx"), `#!/bin/sh\n${sst}\n`, { mode: 0o755 });
  const env = {
    ...{ PATH: `${here}:${process.env.PATH}`, HOME: here, AWS_EC2_METADATA_DISABLED: "true", AWS_REGION: "us-east-1" },
    ...{ ONSALE_MAIL_FROM: "a@example.com", ONSALE_ALARM_EMAIL: "a@example.com", ONSALE_MAIL_IDENTITY: "address" },
    ...more,
  };
  const args = [join(process.cwd(), "ops/preflight/start.ts"), "--stage", "staging", "--json", ...options];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: here, env, encoding: "utf8" });
  return { status, checks: JSON.parse(stdout) as Check[] };
};

test("without credentials it ends with 3, even if a deployment needs nothing else of AWS", () => {
  const { status, checks } = command("echo '✕  No secrets found' >&2; exit 1");
  expect(status).toBe(3);
  expect(checks.map(({ about, state }) => `${about}: ${state}`)).toEqual([
    ...["Settings: good", "AWS: unknown", "Redis: short"],
  ]);
});

test("a deployment does not wait for Stripe, because its webhook's address exists only after it", () => {
  const keys = ["StripeKey=sk_test_1", "StripePublishableKey=pk_test_1", "StripeWebhookSecret=whsec_1"];
  const sst = `printf '${keys.join("\\n")}\\n'`;
  const answer = JSON.stringify({ charges_enabled: false, data: [] });
  const code = `globalThis.fetch = async () => new Response(${JSON.stringify(answer)});`;
  const environment = {
    ONSALE_PAYMENTS: "stripe",
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
  };
  const ofStripe = (checks: Check[]) => checks.filter(({ about }) => about === "Stripe").map(({ state }) => state);
  expect(ofStripe(command(sst, environment, []).checks)).toEqual(["short", "short"]);
  const { checks } = command(sst, environment);
  expect(checks.find(({ about }) => about === "Settings")).toMatchObject({ state: "good" });
  expect(ofStripe(checks)).toEqual([]);
});

test("secrets that SST cannot read are reported as such, and refuse no setting", () => {
  const stripe = { ONSALE_PAYMENTS: "stripe" };
  const { status, checks } = command("echo '✕  Could not get secrets' >&2; exit 1", stripe);
  expect(status).toBe(3);
  expect(checks).toEqual([
    { about: "Secrets", state: "unknown", says: "The secrets of staging could not be read: Could not get secrets" },
    { about: "Settings", state: "unknown", says: "ONSALE_PAYMENTS is stripe: set the secret StripeKey." },
  ]);
  const none = command("echo '✕  No secrets found' >&2; exit 1", stripe);
  expect([none.status, none.checks]).toEqual([1, [expect.objectContaining({ about: "Settings", state: "short" })]]);
});
