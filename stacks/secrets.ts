import { createPrivateKey } from "node:crypto";
import type { ProviderSecret } from "../core/contract/providers.ts";

/**
 * Secrets are made with the stage and stored in its encrypted state. `sst secret set <Name> <value>` replaces one, which also rotates it.
 * Each kind of token has its own key.
 */
const random32 = (name: string) => new sst.Secret(name, new random.RandomBytes(`${name}Value`, { length: 32 }).hex);

const toJwk = (pem: string) => JSON.stringify(createPrivateKey(pem).export({ format: "jwk" }));

/** The public halves of one or several JWKs, as a list, each with its `kid`. */
const publicHalves = (jwks: string) =>
  JSON.stringify([JSON.parse(jwks)].flat().map(({ kty, crv, x }) => ({ kty, crv, x, kid: x.slice(0, 8) })));

const ticketKey = new tls.PrivateKey("TicketKeyValue", { algorithm: "ED25519" });

export const secrets = {
  AccessKey: random32("AccessKey"),
  RefreshKey: random32("RefreshKey"),
  PlaceKey: random32("PlaceKey"),
  AdmissionKey: random32("AdmissionKey"),
  ChallengeKey: random32("ChallengeKey"),
  CodeKey: random32("CodeKey"),
  PrivacyKey: random32("PrivacyKey"),
  WebhookKey: random32("WebhookKey"),
  OriginKey: random32("OriginKey"),
  TicketKey: new sst.Secret("TicketKey", ticketKey.privateKeyPem.apply(toJwk)),
  /** Our key at the payment gateway. */
  GatewayKey: new sst.Secret("GatewayKey", "none"),
};

/** For services that only check tickets. It is derived from the secret, also if an operator has set that. */
export const ticketPublicKey = new sst.Linkable("TicketPublicKey", {
  properties: { value: secrets.TicketKey.value.apply(publicHalves) },
});

/** The value of an optional secret, at synthesis. It decides which resources are made. */
export const given = (name: Optional): string | undefined => process.env[`SST_SECRET_${name}`] || undefined;

type Optional = "RedisUrl" | "RedisToken" | "SlackWebhook" | ProviderSecret;
