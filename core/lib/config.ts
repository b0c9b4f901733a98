/**
 * The resources that a handler is linked to: tables, queues, secrets, settings. SST puts them in the environment on AWS
 * (`SST_RESOURCE_*`), and local/ sets the same variables, so the code is the same in both. Only this file may import `sst`.
 */

// biome-ignore lint/style/noRestrictedImports: the rule is for all other files
import { Resource } from "sst/resource";
import type { CardProvider, ProviderName } from "./providers.ts";

/** For each card provider: our secret key, the `url` of an emulator if there is one, and its webhooks' current and previous secrets. */
type CardLinks = { [P in CardProvider as Capitalize<P>]: { secretKey: string; url?: string } } & {
  [P in CardProvider as `${Capitalize<P>}Webhooks`]: { secrets: string[] };
};

type Links = CardLinks & {
  Catalog: { name: string };
  Seats: { name: string };
  Orders: { name: string };
  Accounts: { name: string };
  SettleQueue: { url: string };
  MailQueue: { url: string };
  FanoutQueue: { url: string };
  /** Dead letters, for an operator's commands. No service is linked to them. */
  SettleDeadLetters: { url: string };
  MailDeadLetters: { url: string };
  FanoutDeadLetters: { url: string };
  StreamDeadLetters: { url: string };
  Redis: { url: string; token: string };
  /** The sandbox gateway's HTTP API and our key there. */
  Gateway: { url: string; key: string };
  /**
   * HMAC keys of the tokens, ≥ 32 bytes each. Each kind has its own, so that no token is valid as another kind. While a key is rotated
   * there are two, joined by a comma: see `keysOf`.
   */
  AccessKey: { value: string };
  RefreshKey: { value: string };
  PlaceKey: { value: string };
  AdmissionKey: { value: string };
  ChallengeKey: { value: string };
  /** HMAC key of the codes that are mailed, and of the links in those e-mails. It has a previous key as the others have. */
  CodeKey: { value: string };
  /** Encrypts what is kept of an erased account. Data under a previous key is still read. */
  PrivacyKey: { value: string };
  /** Ed25519 private key as a JWK, which signs tickets, and its public half, which checks them. */
  TicketKey: { value: string };
  TicketPublicKey: { value: string };
  /** HMAC key of the gateway's webhooks. */
  WebhookKey: { value: string };
  /** The value of a header that only CloudFront sends. The API refuses requests without it. */
  OriginKey: { value: string };
  /** Slack's address for alarms. Linked only if it is set. */
  SlackWebhook: { value: string };
  Settings: Settings;
};

/** For each card provider: the public key with which a browser begins a payment there. */
type PublicKeys = { [P in CardProvider as `${P}PublicKey`]?: string };

export type Settings = PublicKeys & {
  stage: string;
  /** The provider of new card payments. A payment that was begun at another provider is finished there. */
  payments: ProviderName | "none";
  /** Wallet charges are free. Only for local and test stages. */
  freeCharges: boolean;
  /** Years for which the records of an erased account are kept; 0: nothing is kept. */
  retainYears: number;
  mailFrom: string;
  /** E-mails per second, over all environments. */
  mailRate: number;
  /** SES's configuration set, which reports bounces and complaints. */
  mailSet?: string;
  /** The address of pages and API, without a trailing slash. */
  publicUrl: string;
};

/** A linked resource. Throws at first use if the function is not linked to it. */
export const link = <K extends keyof Links>(name: K): Links[K] => (Resource as unknown as Links)[name];

type Shared =
  | "AccessKey"
  | "RefreshKey"
  | "PlaceKey"
  | "AdmissionKey"
  | "ChallengeKey"
  | "CodeKey"
  | "PrivacyKey"
  | "WebhookKey"
  | "OriginKey";

/** The keys of a shared secret: the first one signs, all are accepted. So two versions with the keys in another order accept each other's tokens. */
export const keysOf = (name: Shared): string[] => link(name).value.split(",");

/** The key that signs. */
export const keyOf = (name: Shared): string => keysOf(name)[0] ?? "";
