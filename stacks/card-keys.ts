/** What is wrong with the payment providers' secrets of a stage, by core/contract/providers.ts. Pure. */
import { type CardProviderName, cardProviders, type Described } from "../core/contract/providers.ts";

type Given = {
  /** Who takes new payments by card. */
  payments: CardProviderName | "sandbox" | "none";
  production: boolean;
  secret: (name: string) => string | undefined;
};

const all = Object.values<Described>(cardProviders);

/** What is wrong first, and what would be right. */
export const cardFault = (given: Given): string | undefined => badKey(given) ?? missing(given) ?? badWebhook(given);

/** Each stage has a mode of its own, so no two keys are of different modes. */
const badKey = ({ production, secret }: Given): string | undefined => {
  const keys = all.flatMap(({ secretKey, publicKey, keyForms }) => [
    { name: secretKey, form: keyForms.secret },
    { name: publicKey, form: keyForms.public },
  ]);
  for (const { name, form } of keys) {
    const value = secret(name);
    if (value === undefined) continue;
    const mode = form.exec(value)?.[1];
    if (!mode) return `The secret ${name} is not a key of its kind.`;
    if (production && mode === "test") return `${name} is a test key, which charges nobody: set a live one.`;
    if (!production && mode === "live") return `${name} is a live key, which charges real cards: set a test one.`;
  }
  return undefined;
};

/** A provider that takes new payments needs both its keys and its webhooks' secret. */
const missing = ({ payments, secret }: Given): string | undefined => {
  if (payments === "sandbox" || payments === "none") return undefined;
  const { secretKey, publicKey, webhooks } = cardProviders[payments];
  const name = [secretKey, publicKey, webhooks.secrets[0]].find((needed) => secret(needed) === undefined);
  return name && `ONSALE_PAYMENTS is ${payments}: set the secret ${name}.`;
};

const badWebhook = ({ secret }: Given): string | undefined => {
  for (const { webhooks } of all)
    for (const name of webhooks.form ? webhooks.secrets : []) {
      const value = secret(name);
      if (value !== undefined && !webhooks.form?.is.test(value))
        return `The secret ${name} has to be ${webhooks.form?.right}.`;
    }
  return undefined;
};
