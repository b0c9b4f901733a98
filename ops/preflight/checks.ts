/**
 * What an account has, beside what a sale needs: asked of AWS by its SDK, and of Upstash and Stripe by their APIs. It reads, and changes
 * nothing. Not tried against AWS itself: the answers that its tests give are those of AWS's documents, in the SDK's types.
 */
import { DescribeLimitsCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetAccountSettingsCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetServiceQuotaCommand,
  ListAWSDefaultServiceQuotasCommand,
  ListServiceQuotasCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { GetAccountCommand, GetEmailIdentityCommand, type SESv2Client } from "@aws-sdk/client-sesv2";
import type { read } from "../../stacks/installation.ts";
import type { Needs } from "./sale-needs.ts";

/** `unknown`: it could not be asked, so a person has to look. */
export type Check = { about: string; state: "good" | "short" | "unknown"; says: string };

export type Clients = {
  ses: SESv2Client;
  lambda: LambdaClient;
  dynamodb: DynamoDBClient;
  /** Of the stage's region. */
  quotas: ServiceQuotasClient;
  /** Of us-east-1, where CloudFront's are. */
  globalQuotas: ServiceQuotasClient;
  /** JSON of an address, with what lets us in. */
  fetchJson: (url: string, authorization: string) => Promise<unknown>;
};

export type Asked = {
  stage: string;
  settings: ReturnType<typeof read>;
  needs: Needs;
  clients: Clients;
  /** Upstash's management API, `email:key`; undefined where it is not set. */
  upstash?: string | undefined;
  stripeKey?: string | undefined;
};

const number = (value: number): string => value.toLocaleString("en");

type Compared = { about: string; has: number; needs: number; unit: string; otherwise: string };

const compared = ({ about, has, needs, unit, otherwise }: Compared): Check =>
  has >= needs
    ? { about, state: "good", says: `${number(has)} ${unit}; this sale needs ${number(needs)}.` }
    : { about, state: "short", says: `${number(has)} ${unit}, but this sale needs ${number(needs)}: ${otherwise}` };

const short = (about: string, says: string): Check => ({ about, state: "short", says });
const good = (about: string, says: string): Check => ({ about, state: "good", says });

const lambda = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
  const has = AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  const otherwise = "ask Service Quotas for more concurrent executions of Lambda, days before.";
  return [compared({ about: "Lambda", has, needs: needs.lambda, unit: "environments at once", otherwise })];
};

const mailRate = ({ settings, needs }: Asked, most: number): Check => {
  const { mailRate } = settings;
  if (mailRate > most)
    return short("Mail's rate", `ONSALE_MAIL_RATE is ${mailRate}, but SES takes ${most} a second: set it lower.`);
  const minutes = Math.ceil(needs.mails / mailRate / 60);
  return good(
    "Mail's rate",
    `${mailRate} a second of SES's ${most}: ${number(needs.mails)} tickets take ${number(minutes)} minutes.`,
  );
};

const mail = async (asked: Asked): Promise<Check[]> => {
  const account = await asked.clients.ses.send(new GetAccountCommand({}));
  const { Max24HourSend = 0, MaxSendRate = 0, SentLast24Hours = 0 } = account.SendQuota ?? {};
  const otherwise = "ask for a higher quota in SES's console, a day before.";
  const quota = {
    about: "Mail's quota",
    has: Max24HourSend - SentLast24Hours,
    needs: asked.needs.mails,
    unit: "e-mails left today",
  };
  return [
    account.ProductionAccessEnabled
      ? good("SES", "sends to everybody.")
      : short(
          "SES",
          "is in its sandbox and sends to confirmed addresses alone: ask for production access in its console.",
        ),
    ...(account.SendingEnabled === false || account.EnforcementStatus === "SHUTDOWN"
      ? [short("SES", `does not send: its enforcement status is ${account.EnforcementStatus}.`)]
      : []),
    // -1: without a limit
    Max24HourSend < 0 ? good("Mail's quota", "is without a limit.") : compared({ ...quota, otherwise }),
    mailRate(asked, MaxSendRate),
  ];
};

const isVerified = async ({ clients }: Asked, EmailIdentity: string): Promise<boolean> => {
  try {
    return (await clients.ses.send(new GetEmailIdentityCommand({ EmailIdentity }))).VerifiedForSendingStatus === true;
  } catch (error) {
    if ((error as Error).name !== "NotFoundException") throw error;
    return false;
  }
};

const sender = async (asked: Asked): Promise<Check[]> => {
  const { mailAddress, mailIdentity } = asked.settings;
  if (mailIdentity !== "exists") return [good("Sender", `the deployment makes the identity of its ${mailIdentity}.`)];
  const found = await Promise.all(
    [mailAddress, mailAddress.split("@")[1] ?? ""].map((name) => isVerified(asked, name)),
  );
  return [
    found.some(Boolean)
      ? good("Sender", `${mailAddress} is confirmed.`)
      : short(
          "Sender",
          `neither ${mailAddress} nor its domain is a confirmed identity of SES here: docs/deploy.md says how to make it.`,
        ),
  ];
};

const tables = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const { TableMaxWriteCapacityUnits: has = 0 } = await clients.dynamodb.send(new DescribeLimitsCommand({}));
  const otherwise = "ask Service Quotas for more write capacity a table.";
  return [
    compared({ about: "DynamoDB", has, needs: needs.writes, unit: "write units a table may be warmed to", otherwise }),
  ];
};

/** API Gateway's requests a second of this account and region: 10,000, but 2,500 in thirteen regions. */
const throttleRate = "L-8A5B8E43";

const apiGateway = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const { Quota } = await clients.quotas.send(
    new GetServiceQuotaCommand({ ServiceCode: "apigateway", QuotaCode: throttleRate }),
  );
  const otherwise = "ask Service Quotas for a higher throttle rate of API Gateway.";
  return [
    compared({ about: "API Gateway", has: Quota?.Value ?? 0, needs: needs.api, unit: "requests a second", otherwise }),
  ];
};

/** A quota by its name: an account's own if it was ever changed, else AWS's default. */
const named = async (client: ServiceQuotasClient, ServiceCode: string, name: string): Promise<number | undefined> => {
  const ask = { ServiceCode, MaxResults: 100 };
  for (const command of [ListServiceQuotasCommand, ListAWSDefaultServiceQuotasCommand])
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const page = await client.send(new command({ ...ask, NextToken }) as ListServiceQuotasCommand);
      const found = page.Quotas?.find(({ QuotaName }) => QuotaName === name)?.Value;
      if (found !== undefined) return found;
      NextToken = page.NextToken;
    }
  return undefined;
};

const cloudfront = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const about = "CloudFront";
  const has = await named(clients.globalQuotas, "cloudfront", "Requests per second per distribution");
  if (has === undefined)
    return [{ about, state: "unknown", says: "Service Quotas does not name its requests a second." }];
  const otherwise = "ask AWS's support for more requests a second a distribution.";
  return [compared({ about, has, needs: needs.edge, unit: "requests a second", otherwise })];
};

type UpstashDatabase = {
  database_name: string;
  state: string;
  eviction: boolean;
  db_max_commands_per_second?: number;
};

const redis = async ({ stage, upstash, needs, clients }: Asked): Promise<Check[]> => {
  const about = "Redis";
  if (!upstash)
    return [short(about, "set UPSTASH_EMAIL and UPSTASH_API_KEY: the deployment makes the stage's database.")];
  const authorization = `Basic ${btoa(upstash)}`;
  const all = (await clients.fetchJson(
    "https://api.upstash.com/v2/redis/databases",
    authorization,
  )) as UpstashDatabase[];
  const found = all.find(({ database_name }) => database_name === `onsale-${stage}`);
  if (!found) return [good(about, "Upstash lets us in; the deployment makes the database.")];
  const { eviction, state, db_max_commands_per_second: has = 10_000 } = found;
  const otherwise = "ask Upstash for more, or open the lobby earlier.";
  return [
    ...(state === "active" ? [] : [short(about, `the database is ${state}.`)]),
    ...(eviction ? [short(about, "eviction is on, and would throw places away: turn it off.")] : []),
    compared({ about, has, needs: needs.redis, unit: "commands a second", otherwise }),
  ];
};

type StripeAccount = { charges_enabled: boolean };
type StripeEndpoints = { data: { url: string; status: string; enabled_events: string[] }[] };

const events = ["payment_intent.succeeded", "charge.dispute.created", "charge.refunded", "refund.failed"];

const isHeard = (enabled: string[], event: string): boolean =>
  enabled.some((one) => one === "*" || one === event || (one.endsWith(".*") && event.startsWith(one.slice(0, -1))));

const stripe = async ({ stripeKey, settings, clients }: Asked): Promise<Check[]> => {
  const about = "Stripe";
  if (settings.payments !== "stripe" || !stripeKey) return [];
  const ask = (path: string) => clients.fetchJson(`https://api.stripe.com/v1/${path}`, `Bearer ${stripeKey}`);
  const { charges_enabled } = (await ask("account")) as StripeAccount;
  const { data } = (await ask("webhook_endpoints?limit=100")) as StripeEndpoints;
  const endpoint = data.find(({ url }) =>
    settings.domain
      ? url === `https://${settings.domain}/v1/payments/webhooks/stripe`
      : url.endsWith("/v1/payments/webhooks/stripe"),
  );
  const missing = events.filter((event) => !isHeard(endpoint?.enabled_events ?? [], event));
  return [
    charges_enabled
      ? good(about, "the account may charge cards.")
      : short(about, "the account may not charge cards yet."),
    endpoint?.status === "enabled" && missing.length === 0
      ? good(about, "its webhooks are registered.")
      : short(
          about,
          `its webhooks are not registered (missing: ${missing.join(", ") || "an enabled endpoint"}): docs/payments.md says which.`,
        ),
  ];
};

type Checks = Record<string, (asked: Asked) => Promise<Check[]>>;

const ofAws: Checks = {
  Lambda: lambda,
  SES: mail,
  Sender: sender,
  DynamoDB: tables,
  "API Gateway": apiGateway,
  CloudFront: cloudfront,
};

const ofOthers: Checks = { Redis: redis, Stripe: stripe };

/** One that cannot be made is unknown, and stops no other. */
const make = async (checks: Checks, asked: Asked): Promise<Check[]> => {
  const made = Object.entries(checks).map(async ([about, check]): Promise<Check[]> => {
    try {
      return await check(asked);
    } catch (error) {
      const { name, message } = error as Error;
      return [{ about, state: "unknown", says: `could not be asked: ${name}: ${message}` }];
    }
  });
  return (await Promise.all(made)).flat();
};

/** All checks; one about AWS alone where it could not be asked at all. */
export const preflight = async (asked: Asked): Promise<Check[]> => {
  const [aws, others] = await Promise.all([make(ofAws, asked), make(ofOthers, asked)]);
  // a sender that the deployment makes is good without a question
  const answered = aws.some(({ about, state }) => about !== "Sender" && state !== "unknown");
  const says = aws.find(({ state }) => state === "unknown")?.says ?? "";
  return answered ? [...aws, ...others] : [{ about: "AWS", state: "unknown", says }, ...others];
};
