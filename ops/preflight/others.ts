/** The checks of Upstash and Stripe, asked by their APIs. */
import { type Asked, type Check, type Checks, compared, good, short } from "./check.ts";

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
  if (!found) return [good(about, "Upstash accepts the key; the deployment makes the database.")];
  const { eviction, state, db_max_commands_per_second: has = 10_000 } = found;
  const otherwise = "ask Upstash for more, or open the lobby earlier.";
  return [
    ...(state === "active" ? [] : [short(about, `the database is ${state}.`)]),
    ...(eviction ? [short(about, "eviction is on, and would delete places: turn it off.")] : []),
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

export const ofOthers: Checks = { Redis: redis, Stripe: stripe };
