/** What an installation decides for a stage, from the environment; SST reads `.env` and `.env.<stage>` into it. See .env.example. */
const text = (name: string): string | undefined => process.env[name]?.trim() || undefined;

const needed = (name: string, why: string): string => {
  const value = text(name);
  if (!value) throw new Error(`Set ${name} in .env.${$app.stage} or the environment: ${why}.`);
  return value;
};

const amount = (name: string, otherwise: number): number => {
  const value = Number(text(name) ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} is not a whole number.`);
  return value;
};

export const production = $app.stage === "production";

const freeCharges = text("ONSALE_FREE_CHARGES") === "true";
if (freeCharges && production) throw new Error("ONSALE_FREE_CHARGES gives money away: it is refused in production.");

const gatewayUrl = text("ONSALE_GATEWAY_URL");

const payments = text("ONSALE_PAYMENTS") ?? (gatewayUrl ? "sandbox" : "none");
if (payments !== "stripe" && payments !== "toss" && payments !== "sandbox" && payments !== "none")
  throw new Error("ONSALE_PAYMENTS is stripe, toss, sandbox or none.");

const mailIdentity = text("ONSALE_MAIL_IDENTITY") ?? "exists";
if (mailIdentity !== "exists" && mailIdentity !== "address" && mailIdentity !== "domain")
  throw new Error("ONSALE_MAIL_IDENTITY is exists, address or domain.");

const mailDmarc = text("ONSALE_MAIL_DMARC");
if (mailDmarc && mailIdentity !== "domain")
  throw new Error("ONSALE_MAIL_DMARC is a record of the domain: set ONSALE_MAIL_IDENTITY to domain, or leave it out.");

export const settings = {
  /** Whom tickets come from: an address, or `Name <address>`. */
  mailFrom: needed("ONSALE_MAIL_FROM", "tickets are mailed from it"),
  /** SES's identity for it, which the account has once: it exists, or this stage makes it, of the address or of its domain in Route 53. */
  mailIdentity: mailIdentity as "exists" | "address" | "domain",
  /** The DMARC policy that is written with the domain; a domain that has one keeps its own. */
  mailDmarc,
  /** Who is told of alarms. */
  alarmEmail: needed("ONSALE_ALARM_EMAIL", "alarms are mailed to it"),
  /** Where the alarms' descriptions send who is paged. */
  runbook: text("ONSALE_RUNBOOK") ?? "docs/runbook.md",
  /** The public host name, in a Route 53 zone of the account; CloudFront's own name without it. */
  domain: text("ONSALE_DOMAIN"),
  /** Another origin whose pages may call the API. */
  corsOrigin: text("ONSALE_CORS_ORIGIN"),
  /** Who takes new payments by card; what was begun elsewhere is finished there. With none, only points pay. */
  payments: payments as "stripe" | "toss" | "sandbox" | "none",
  /** The sandbox gateway's HTTP API; its key is the secret GatewayKey. */
  gatewayUrl: gatewayUrl ?? "https://gateway.invalid",
  freeCharges,
  /** Messages settled at once × batches of ten; bounds what the payment gateway sees. */
  settleConcurrency: amount("ONSALE_SETTLE_CONCURRENCY", 100),
  /** USD a month at which Upstash stops answering: far above what a sale costs, low enough to end a runaway. */
  redisBudget: amount("ONSALE_REDIS_BUDGET", 360),
  /** Requests in five minutes from one address, but for the queue's status; 0 turns the firewall off. A carrier's thousands share an address. */
  firewall: amount("ONSALE_FIREWALL", production ? 10_000 : 0),
};
