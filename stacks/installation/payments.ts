/** The payment provider of a stage, and the rules for the providers' keys. */
import {
  type CardProviderName,
  cardProviderNames,
  cardProviders,
  type Described,
} from "../../core/contract/providers.ts";
import { choices, parsed, type Reader, refuse } from "./reader.ts";

/** The keys that charge cards, each with its form. */
const keyForms = Object.values(cardProviders).flatMap(({ secretKey, publicKey, keyForms }) => [
  [secretKey, keyForms.secret] as const,
  [publicKey, keyForms.public] as const,
]);

/** The secrets that a provider needs. */
const neededSecrets = (payments: CardProviderName): string[] => {
  const { secretKey, publicKey, webhooks } = cardProviders[payments];
  return [secretKey, publicKey, webhooks.secrets[0]];
};

export const paymentSettings = (reader: Reader, production: boolean) => {
  const { checked, oneOf, secret } = reader;
  const gatewayUrl = checked(
    "ONSALE_GATEWAY_URL",
    (value) => parsed(value)?.protocol === "https:" && !value.endsWith("/"),
    "a URL that begins with https:// and ends without a slash",
  );
  const payments = oneOf(
    "ONSALE_PAYMENTS",
    [...cardProviderNames, "sandbox", "none"] as const,
    gatewayUrl ? "sandbox" : "none",
  );
  if (production && payments === "sandbox")
    refuse(
      `The sandbox charges nobody: set ONSALE_PAYMENTS to ${choices([...cardProviderNames, "none"])} in production.`,
    );
  checkKeys(reader, production);
  for (const name of payments === "sandbox" || payments === "none" ? [] : neededSecrets(payments))
    if (!secret(name)) refuse(`ONSALE_PAYMENTS is ${payments}: set the secret ${name}.`);
  return {
    /** The provider of new payments by card. A payment that was begun at another provider is finished there. `none`: only points pay. */
    payments,
    /** The sandbox gateway's HTTP API. Its key is the secret GatewayKey. */
    gatewayUrl: gatewayUrl ?? "https://gateway.invalid",
  };
};

/** A stage accepts only keys of its own mode, live or test. So no two keys are of different modes. */
const checkKeys = ({ secret }: Reader, production: boolean): void => {
  for (const [name, form] of keyForms) {
    const value = secret(name);
    const mode = form.exec(value ?? "")?.[1];
    if (value && !mode) refuse(`The secret ${name} is not a key of its kind.`);
    if (production && mode === "test") refuse(`${name} is a test key, which charges nobody: set a live one.`);
    if (!production && mode === "live") refuse(`${name} is a live key, which charges real cards: set a test one.`);
  }
  for (const { webhooks } of Object.values<Described>(cardProviders))
    for (const name of webhooks.secrets) {
      const value = secret(name);
      if (value && webhooks.form?.is.test(value) === false)
        refuse(`The secret ${name} has to be ${webhooks.form.right}.`);
    }
};
