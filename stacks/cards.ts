/** The payment providers' keys and secrets, by core/contract/providers.ts. stacks/installation.ts has checked them. */
import {
  cardProviderNames,
  cardProviders,
  type ProviderLink,
  publicKeySetting,
  type WebhookLink,
} from "../core/contract/providers.ts";
import { given } from "./secrets.ts";
import { production } from "./settings.ts";

const providers = Object.values(cardProviders);

const keys = ({ link, secretKey }: (typeof providers)[number]) =>
  new sst.Linkable(link, { properties: { secretKey: new sst.Secret(secretKey, "none").value } });

/** The current secret and, while it is rotated, the previous one. */
const webhookSecrets = ({ webhooks: { link, secrets } }: (typeof providers)[number]) =>
  new sst.Linkable(link, {
    properties: { secrets: secrets.filter((name) => given(name)).map((name) => new sst.Secret(name).value) },
  });

/** The links of services: our keys, and the webhooks' secrets. */
export const cardLinks = Object.fromEntries(
  providers.flatMap((provider) => [
    [provider.link, keys(provider)],
    [provider.webhooks.link, webhookSecrets(provider)],
  ]),
) as Record<ProviderLink | WebhookLink, sst.Linkable<object>>;

/**
 * This parameter exists once a provider's key was set. Pulumi refuses to delete it in production. So a deployment without the key ends
 * before it changes anything: without the key that provider's payments could no longer be refunded. docs/payments.md says how to remove a
 * provider.
 */
const inUse = (link: ProviderLink) =>
  new aws.ssm.Parameter(
    `${link}InUse`,
    { name: `/onsale/${$app.stage}/${link}InUse`, type: "String", value: "Its payments can be refunded." },
    { protect: production, retainOnDelete: production },
  );
for (const { link, secretKey } of providers) if (given(secretKey)) inUse(link);

/** The public keys with which a browser begins a payment, by the name of their setting. */
export const publicKeys: Record<string, string> = Object.fromEntries(
  cardProviderNames.flatMap((name) => {
    const key = given(cardProviders[name].publicKey);
    return key ? [[publicKeySetting(name), key]] : [];
  }),
);
