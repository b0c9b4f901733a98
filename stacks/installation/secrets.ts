/** The rules for the stage's secrets, except those of payment providers (payments.ts). */
import { createPrivateKey, createPublicKey, type JsonWebKey } from "node:crypto";
import { parsed, type Reader, refuse } from "./reader.ts";

/** CloudFront's limit for a value of its KeyValueStore, in characters. AccessKey is such a value. */
const longestEdgeValue = 1_024;

/** Whether it is an Ed25519 key, without a private half or with one that matches its `x`. */
const isEd25519 = (key: JsonWebKey): boolean => {
  const { crv, x } = createPublicKey(
    key.d === undefined ? { key, format: "jwk" } : createPrivateKey({ key, format: "jwk" }),
  ).export({ format: "jwk" });
  return crv === "Ed25519" && x === key.x;
};

/** One key, or a list of keys: the first one signs, and at most one other key can sign next. */
const isTicketKey = (value: string): boolean => {
  try {
    const [first, ...others] = [JSON.parse(value)].flat() as [JsonWebKey, ...JsonWebKey[]];
    const next = others.filter(({ d }) => d !== undefined);
    return first.d !== undefined && next.length <= 1 && [first, ...others].every(isEd25519);
  } catch {
    return false;
  }
};

const shared = [
  "AccessKey",
  "RefreshKey",
  "PlaceKey",
  "AdmissionKey",
  "ChallengeKey",
  "CodeKey",
  "PrivacyKey",
  "WebhookKey",
  "OriginKey",
];

/** Throws an `Error` that names the first wrong secret. */
export const checkSecrets = ({ secret }: Reader): void => {
  checkRedis(secret("RedisUrl"), secret("RedisToken"));
  for (const name of shared)
    if (!/^[\w-]{32,512}(,[\w-]{32,512})?$/.test(secret(name) ?? "0".repeat(32)))
      refuse(
        `The secret ${name} has to be 32 to 512 letters and digits; two such keys, joined by a comma, while it is rotated.`,
      );
  const accessKey = secret("AccessKey") ?? "";
  if (accessKey.length > longestEdgeValue)
    refuse(
      `The secret AccessKey has ${accessKey.length.toLocaleString("en")} characters, two keys together, but CloudFront takes ${longestEdgeValue.toLocaleString("en")}: set shorter ones, such as 64 each.`,
    );
  const ticketKey = secret("TicketKey");
  if (ticketKey && !isTicketKey(ticketKey))
    refuse(
      "The secret TicketKey has to be an Ed25519 private key as a JWK, or a list whose first one is: remove it and the stage's own is used, or let npm run rotate set it.",
    );
  const slackWebhook = secret("SlackWebhook");
  if (slackWebhook && parsed(slackWebhook)?.protocol !== "https:")
    refuse("The secret SlackWebhook has to be the address of Slack's incoming webhook, which begins with https://.");
};

const checkRedis = (url: string | undefined, token: string | undefined): void => {
  if (url && !token) refuse("The secret RedisUrl names a database: set the secret RedisToken, its token, too.");
  if (token && !url) refuse("The secret RedisToken is of a database: set the secret RedisUrl, its address, too.");
  if (url && parsed(url)?.protocol !== "https:")
    refuse("The secret RedisUrl has to be the database's REST address, which begins with https://.");
};
