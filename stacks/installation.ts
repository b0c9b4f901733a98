/**
 * What an installation decides for a stage, read from its environment and checked before anything is deployed: AWS would refuse it
 * half way, with some of the stage made. Each sentence says what would be right. Pure; see .env.example for what each means.
 */
import { createPrivateKey, createPublicKey, type JsonWebKey } from "node:crypto";
import { cardProviderNames } from "../core/contract/providers.ts";
import { services } from "../core/contract/services.ts";
import { cardFault } from "./card-keys.ts";

type Environment = Record<string, string | undefined>;

/** Lambda's limit; a function is called `onsale-<stage>-<service>`. */
const longestFunctionName = 64;
const longestService = Math.max(...Object.keys(services).map((name) => name.length));
const longestStage = longestFunctionName - "onsale-".length - "-".length - longestService;

/** What all names of AWS take that a stage's name is part of: buckets and host names have no capitals. */
const STAGE = /^[a-z\d]([a-z\d-]*[a-z\d])?$/;

/** What is wrong with a stage's name, and what would be right. */
export const stageFault = (stage: string): string | undefined => {
  if (!STAGE.test(stage))
    return `The stage's name is “${stage}”, but has to be lower-case letters, digits and hyphens, with no hyphen at its ends, such as staging.`;
  if (stage.length > longestStage)
    return `The stage's name has ${stage.length} characters, but ${longestStage} at most: a function's name has it, and has ${longestFunctionName}.`;
  return undefined;
};

/** Of CloudFront's KeyValueStore, in characters; AccessKey is in it. */
const longestEdgeValue = 1_024;

/** CloudWatch's limit for an alarm's description is 1,024; our own sentence and the section's name take less than 324 of it. */
const longestRunbook = 700;

/** DNS takes labels of 63 characters, and SES addresses in ASCII. */
const host = "([a-z\\d]([a-z\\d-]{0,61}[a-z\\d])?\\.)+[a-z]{2,63}";
const atom = "[\\w!#$%&'*+/=?^`{|}~-]+";
const ADDRESS = new RegExp(`^${atom}(\\.${atom})*@${host}$`, "i");
const HOST = new RegExp(`^${host}$`);

const parsed = (url: string) => (URL.canParse(url) ? new URL(url) : undefined);

/** `Onsale <tickets@example.com>` → `tickets@example.com`. A name with a character that addresses use has quotation marks (RFC 5322). */
const addressOf = (mailbox: string): string =>
  /^(?:[^<>()[\]:;@\\,"]*|"[^"\\]*" *)<([^<>]+)>$/.exec(mailbox)?.[1] ?? mailbox;

/** With a private half, whose public half is its own `x`, or without. */
const isEd25519 = (key: JsonWebKey): boolean => {
  const { crv, x } = createPublicKey(
    key.d === undefined ? { key, format: "jwk" } : createPrivateKey({ key, format: "jwk" }),
  ).export({ format: "jwk" });
  return crv === "Ed25519" && x === key.x;
};

/** One key, or several as a list: the first one signs, and one other at most is to sign next. */
const isTicketKey = (value: string): boolean => {
  try {
    const [first, ...others] = [JSON.parse(value)].flat() as [JsonWebKey, ...JsonWebKey[]];
    const next = others.filter(({ d }) => d !== undefined);
    return first.d !== undefined && next.length <= 1 && [first, ...others].every(isEd25519);
  } catch {
    return false;
  }
};

const choices = (values: readonly string[]): string => `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;

export const read = (stage: string, environment: Environment) => {
  const production = stage === "production";
  const refuse = (why: string): never => {
    throw new Error(why);
  };
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const needed = (name: string, why: string): string =>
    text(name) ?? refuse(`Set ${name} in .env.${stage} or the environment: ${why}.`);
  const checked = (name: string, isRight: (value: string) => boolean, right: string): string | undefined => {
    const value = text(name);
    return value === undefined || isRight(value) ? value : refuse(`${name} is “${value}”, but has to be ${right}.`);
  };
  const amount = (name: string, otherwise: number, least: number, most: number): number => {
    const value = Number(text(name) ?? otherwise);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = `${least.toLocaleString("en")} to ${most.toLocaleString("en")}`;
    return refuse(`${name} is “${text(name)}”, but has to be a whole number from ${range}.`);
  };
  const oneOf = <T extends string>(name: string, values: readonly T[], otherwise: T): T => {
    const isOne = (value: string) => values.includes(value as T);
    return (checked(name, isOne, choices(values)) as T | undefined) ?? otherwise;
  };

  const badStage = stageFault(stage);
  if (badStage) refuse(badStage);

  const mailFrom = needed("ONSALE_MAIL_FROM", "tickets are mailed from it");
  if (!ADDRESS.test(addressOf(mailFrom)))
    refuse(
      `ONSALE_MAIL_FROM is “${mailFrom}”, but has to be an address or Name <address>; a name with one of ()[]:;@\\," has quotation marks, as in "Tickets, Inc" <tickets@example.com>.`,
    );
  const alarmEmail = needed("ONSALE_ALARM_EMAIL", "alarms are mailed to it");
  checked("ONSALE_ALARM_EMAIL", (value) => ADDRESS.test(value), "an address alone, such as oncall@example.com");

  const mailIdentity = oneOf("ONSALE_MAIL_IDENTITY", ["exists", "address", "domain"], "exists");
  const mailDmarc = checked("ONSALE_MAIL_DMARC", (value) => value.startsWith("v=DMARC1;"), "such as v=DMARC1; p=none;");
  if (mailDmarc && mailIdentity !== "domain")
    refuse("ONSALE_MAIL_DMARC is a record of the domain: set ONSALE_MAIL_IDENTITY to domain, or leave it out.");

  const freeCharges = oneOf("ONSALE_FREE_CHARGES", ["true", "false"], "false") === "true";
  if (freeCharges && production) refuse("ONSALE_FREE_CHARGES gives money away: it is refused in production.");

  const gatewayUrl = checked(
    "ONSALE_GATEWAY_URL",
    (value) => parsed(value)?.protocol === "https:" && !value.endsWith("/"),
    "a URL that begins with https:// and ends without a slash",
  );

  if (text("SST_SECRET_RedisUrl") && !text("SST_SECRET_RedisToken"))
    refuse("The secret RedisUrl names a database: set the secret RedisToken, its token, too.");
  if (text("SST_SECRET_RedisToken") && !text("SST_SECRET_RedisUrl"))
    refuse("The secret RedisToken is of a database: set the secret RedisUrl, its address, too.");
  const redisUrl = text("SST_SECRET_RedisUrl");
  if (redisUrl && parsed(redisUrl)?.protocol !== "https:")
    refuse("The secret RedisUrl has to be the database's REST address, which begins with https://.");

  for (const name of [
    ...["AccessKey", "RefreshKey", "PlaceKey", "AdmissionKey", "ChallengeKey", "CodeKey", "WebhookKey", "OriginKey"],
  ])
    if (!/^[\w-]{32,512}(,[\w-]{32,512})?$/.test(text(`SST_SECRET_${name}`) ?? "0".repeat(32)))
      refuse(
        `The secret ${name} has to be 32 to 512 letters and digits; two such keys, joined by a comma, while it is rotated.`,
      );
  const accessKey = text("SST_SECRET_AccessKey") ?? "";
  if (accessKey.length > longestEdgeValue)
    refuse(
      `The secret AccessKey has ${accessKey.length.toLocaleString("en")} characters, two keys together, but CloudFront takes ${longestEdgeValue.toLocaleString("en")}: set shorter ones, such as 64 each.`,
    );
  const ticketKey = text("SST_SECRET_TicketKey");
  if (ticketKey && !isTicketKey(ticketKey))
    refuse(
      "The secret TicketKey has to be an Ed25519 private key as a JWK, or a list whose first one is: remove it and the stage's own is used, or let npm run rotate set it.",
    );
  const slackWebhook = text("SST_SECRET_SlackWebhook");
  if (slackWebhook && parsed(slackWebhook)?.protocol !== "https:")
    refuse("The secret SlackWebhook has to be the address of Slack's incoming webhook, which begins with https://.");

  const payments = oneOf(
    "ONSALE_PAYMENTS",
    [...cardProviderNames, "sandbox", "none"] as const,
    gatewayUrl ? "sandbox" : "none",
  );
  if (production && payments === "sandbox")
    refuse(
      `The sandbox charges nobody: set ONSALE_PAYMENTS to ${choices([...cardProviderNames, "none"])} in production.`,
    );
  const badCards = cardFault({ payments, production, secret: (name) => text(`SST_SECRET_${name}`) });
  if (badCards) refuse(badCards);

  return {
    /** Whom tickets come from: an address, or `Name <address>`. */
    mailFrom,
    /** The address in it. */
    mailAddress: addressOf(mailFrom),
    /**
     * E-mails a second: at most the account's rate in SES (preflight compares them). They are counted on one item of DynamoDB, which takes
     * 1,000 writes a second, refused ones among them.
     */
    mailRate: amount("ONSALE_MAIL_RATE", 10, 1, 500),
    /** SES's identity for it, which the account has once: it exists, or this stage makes it, of the address or of its domain in Route 53. */
    mailIdentity,
    /** The DMARC policy that is written with the domain; a domain that has one keeps its own. */
    mailDmarc,
    /** Who is told of alarms. */
    alarmEmail,
    /** Where the alarms' descriptions send who is paged. */
    runbook:
      checked("ONSALE_RUNBOOK", (value) => value.length <= longestRunbook, `${longestRunbook} characters at most`) ??
      "docs/runbook.md",
    /** The public host name, in a Route 53 zone of the account; CloudFront's own name without it. */
    domain: checked("ONSALE_DOMAIN", (value) => HOST.test(value), "a host name alone, such as tickets.example.com"),
    /** Another origin whose pages may call the API. */
    corsOrigin: checked(
      "ONSALE_CORS_ORIGIN",
      (value) => /^https?:$/.test(parsed(value)?.protocol ?? "") && parsed(value)?.origin === value,
      "an origin without a path or a slash at its end, such as https://shop.example.com",
    ),
    /** Who takes new payments by card; what was begun elsewhere is finished there. With none, only points pay. */
    payments,
    /** The sandbox gateway's HTTP API; its key is the secret GatewayKey. */
    gatewayUrl: gatewayUrl ?? "https://gateway.invalid",
    freeCharges,
    /** Messages settled at once × batches of ten; bounds what the payment gateway sees. SQS takes 2 to 1,000. */
    settleConcurrency: amount("ONSALE_SETTLE_CONCURRENCY", 100, 2, 1_000),
    /** USD a month at which Upstash stops answering: far above what a sale costs, low enough to end a runaway. */
    redisBudget: amount("ONSALE_REDIS_BUDGET", 360, 1, 1_000_000),
    /** Whether the firewall counts (core/contract/firewall.ts). */
    firewall: oneOf("ONSALE_FIREWALL", ["0", "1"], production ? "1" : "0") === "1",
  };
};
