/**
 * What a handler is linked to: tables, queues, secrets, settings. SST puts them in the environment on AWS (`SST_RESOURCE_*`),
 * local/ puts the same variables there, so nothing knows where it runs. This is the only file that may import `sst`.
 */

// biome-ignore lint/style/noRestrictedImports: the rule is about all other files
import { Resource } from "sst/resource";
import type { ProviderName } from "#core/gateway/schema.ts";

type CardProvider = Exclude<ProviderName, "sandbox">;
/** Our secret key at each provider of cards, with the `url` of an emulator; and what its webhooks are known by, now and before. */
type CardLinks = { [P in CardProvider as Capitalize<P>]: { secretKey: string; url?: string } } & {
  [P in CardProvider as `${Capitalize<P>}Webhooks`]: { secrets: string[] };
};

type Links = CardLinks & {
  Catalog: { name: string };
  Seats: { name: string };
  Orders: { name: string };
  Accounts: { name: string };
  SettleQueue: { url: string };
  /** What was set aside, for an operator's commands; no service is linked to them. */
  SettleDeadLetters: { url: string };
  StreamDeadLetters: { url: string };
  Redis: { url: string; token: string };
  /** The sandbox gateway's HTTP API and our key there. */
  Gateway: { url: string; key: string };
  /**
   * HMAC keys of the tokens, ≥ 32 bytes each; one a kind, so that no token can stand for another. While a key is rotated there are two,
   * joined by a comma: see `keysOf`.
   */
  AccessKey: { value: string };
  RefreshKey: { value: string };
  PlaceKey: { value: string };
  AdmissionKey: { value: string };
  ChallengeKey: { value: string };
  /** Ed25519 private key as a JWK, for who gives tickets, and its public half, for who only checks them. */
  TicketKey: { value: string };
  TicketPublicKey: { value: string };
  /** HMAC key of the gateway's webhooks. */
  WebhookKey: { value: string };
  /** What CloudFront alone can say: the API answers nobody else. */
  OriginKey: { value: string };
  /** Where alarms are posted to; linked only where one is set. */
  SlackWebhook: { value: string };
  Settings: Settings;
};

export type Settings = {
  stage: string;
  /** Who takes new payments by card. What was begun elsewhere is finished there. */
  payments: ProviderName | "none";
  /** Public: with it a browser turns a card into a token. */
  stripePublishableKey?: string;
  /** Public: with it a browser opens Toss's payment window. */
  tossClientKey?: string;
  /** Wallet charges cost nothing: only on local and test stages. */
  freeCharges: boolean;
  mailFrom: string;
  /** E-mails a second, of all environments together. */
  mailRate: number;
  /** SES's configuration set, which tells of bounces and complaints. */
  mailSet?: string;
  /** Where buyers reach pages and API, without a trailing slash. */
  publicUrl: string;
};

/** A linked resource; throws at first use if the function was not linked to it. */
export const link = <K extends keyof Links>(name: K): Links[K] => (Resource as unknown as Links)[name];

type Shared = "AccessKey" | "RefreshKey" | "PlaceKey" | "AdmissionKey" | "ChallengeKey" | "WebhookKey" | "OriginKey";

/** A shared secret's keys: the first one signs, each is accepted. So two versions with the keys in another order accept each other. */
export const keysOf = (name: Shared): string[] => link(name).value.split(",");

/** The key that signs. */
export const keyOf = (name: Shared): string => keysOf(name)[0] ?? "";
