import { createPrivateKey } from "node:crypto";
import type { ProviderSecret } from "../core/contract/providers.ts";

/**
 * Secrets are made with the stage and kept in its encrypted state; `sst secret set <Name> <value>` overrules each, which is also how
 * they are rotated. One kind of token, one key.
 */
const random32 = (name: string) => new sst.Secret(name, new random.RandomBytes(`${name}Value`, { length: 32 }).hex);

const toJwk = (pem: string) => JSON.stringify(createPrivateKey(pem).export({ format: "jwk" }));

/** JWKs without what signs, each by its name: one or several, as a list. */
const publicHalves = (jwks: string) =>
  JSON.stringify([JSON.parse(jwks)].flat().map(({ kty, crv, x }) => ({ kty, crv, x, kid: x.slice(0, 8) })));

const ticketKey = new tls.PrivateKey("TicketKeyValue", { algorithm: "ED25519" });

export const secrets = {
  AccessKey: random32("AccessKey"),
  RefreshKey: random32("RefreshKey"),
  PlaceKey: random32("PlaceKey"),
  AdmissionKey: random32("AdmissionKey"),
  ChallengeKey: random32("ChallengeKey"),
  WebhookKey: random32("WebhookKey"),
  OriginKey: random32("OriginKey"),
  TicketKey: new sst.Secret("TicketKey", ticketKey.privateKeyPem.apply(toJwk)),
  /** Ours at the payment gateway. */
  GatewayKey: new sst.Secret("GatewayKey", "none"),
};

/** For who checks tickets and gives none: it follows from the secret, whoever set that. */
export const ticketPublicKey = new sst.Linkable("TicketPublicKey", {
  properties: { value: secrets.TicketKey.value.apply(publicHalves) },
});

/** The value of an optional secret, at synthesis: what is set decides what is made. */
export const given = (name: Optional): string | undefined => process.env[`SST_SECRET_${name}`] || undefined;

type Optional = "RedisUrl" | "RedisToken" | "SlackWebhook" | ProviderSecret;
