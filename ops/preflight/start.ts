/**
 * `npm run preflight`: checks whether the accounts are enough for a stage, and for a sale of a given size. It works before the first
 * deployment, too.
 */
import { existsSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { read } from "../../stacks/installation.ts";
import { Mistake, stageOf, unlinked } from "../command.ts";
import { secretsOf } from "../stage-secrets.ts";
import type { Check } from "./check.ts";
import { preflight } from "./checks.ts";
import { needsOf, type Sale } from "./sale-needs.ts";

const HELP = `Checks a stage's settings and secrets, then asks AWS, Upstash and Stripe whether the accounts allow it, and says what a sale needs. It
changes nothing but SST's own state bucket. Needs AWS credentials and a region (AWS_REGION); reads .env and .env.<stage> as the deployment does.

  npm run preflight -- --stage NAME [options]

  --visitors N    visitors at the opening   (default: 10000)
  --seats N       seats that are sold       (default: 2000)
  --minutes N     length of the sale        (default: 20)
  --deployment    only what a deployment needs: settings, sender, Redis
  --json          the checks as JSON
  --help          this text

It ends with 1 if something is missing, and with 3 if AWS could not be asked at all or the secrets could not be read. A check that could not
be made is marked with ?: make it by hand.
`;

const options = {
  stage: { type: "string" },
  visitors: { type: "string", default: "10000" },
  seats: { type: "string", default: "2000" },
  minutes: { type: "string", default: "20" },
  deployment: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

const clients = () => ({
  ses: new SESv2Client({}),
  lambda: new LambdaClient({}),
  dynamodb: new DynamoDBClient({}),
  quotas: new ServiceQuotasClient({}),
  globalQuotas: new ServiceQuotasClient({ region: "us-east-1" }),
  fetchJson: async (url: string, authorization: string) => {
    const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}`);
    return answer.json();
  },
});

const whole = (name: string, value: string): number => {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new Mistake(`--${name} is a whole number of 1 or more.`);
  return number;
};

const check = async (stage: string, sale: Sale): Promise<Check[]> => {
  for (const file of [`.env.${stage}`, ".env"]) if (existsSync(file)) process.loadEnvFile(file);
  const found: Check[] = [];
  const secrets = await secretsOf(stage).catch((error: Error): Record<string, string> => {
    found.push({ about: "Secrets", state: "unknown", says: error.message });
    return {};
  });
  const environment = { ...process.env, ...secrets };
  let settings: ReturnType<typeof read>;
  try {
    settings = read(stage, environment);
  } catch (error) {
    // the missing secret may be one that was not read
    return [
      ...found,
      { about: "Settings", state: found.length > 0 ? "unknown" : "short", says: (error as Error).message },
    ];
  }
  const { UPSTASH_EMAIL, UPSTASH_API_KEY } = environment;
  const upstash = UPSTASH_EMAIL && UPSTASH_API_KEY ? `${UPSTASH_EMAIL}:${UPSTASH_API_KEY}` : undefined;
  const stripeKey = environment.SST_SECRET_StripeKey;
  const made = await preflight({ stage, settings, needs: needsOf(sale), clients: clients(), upstash, stripeKey });
  return [...found, { about: "Settings", state: "good", says: "are valid." }, ...made];
};

/** Checks that only a sale needs, not a deployment and its tour: a new account fails them. */
const ofASale = new Set([
  ...["Lambda", "SES", "Mail's quota", "Mail's rate", "DynamoDB", "API Gateway", "CloudFront"],
  // its webhook's address is known after the deployment
  "Stripe",
]);

/** Without an answer here nothing is known of the account. */
const ofTheAccount = new Set(["AWS", "Secrets"]);

const signs = { good: "✓", short: "✗", unknown: "?" } as const;

await unlinked({
  help: HELP,
  options,
  run: async (values) => {
    const stage = stageOf(values.stage, HELP);
    const sale = {
      visitors: whole("visitors", values.visitors),
      seats: whole("seats", values.seats),
      minutes: whole("minutes", values.minutes),
    };
    const all = await check(stage, sale);
    const checks = values.deployment ? all.filter(({ about }) => !ofASale.has(about)) : all;
    if (values.json) console.log(JSON.stringify(checks, null, 2));
    else for (const { about, state, says } of checks) console.log(`${signs[state]} ${about.padEnd(13)} ${says}`);
    if (checks.some(({ about, state }) => state === "unknown" && ofTheAccount.has(about))) return 3;
    return checks.some(({ state }) => state === "short") ? 1 : 0;
  },
});
