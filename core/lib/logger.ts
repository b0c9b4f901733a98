import { Logger } from "@aws-lambda-powertools/logger";

/** Secrets that no log line may contain. AWS's error messages quote addresses, and its refusals contain the stored item. */
const secretPatterns: [RegExp, string][] = [
  [/eyJ[\w-]{1,1000}\.[\w-]{1,1000}\.[\w-]{0,1000}/g, "<token>"],
  [/(ses_\w{26})\.[\w-]{64}/g, "$1.<secret>"],
  [/\$argon2id\$[\w$=,+/]{1,200}/g, "<hash>"],
  [/(?<![\w])[0-9a-f]{64}(?![\w])/g, "<64 digits>"],
];

/** A word, with the part from an `@` on as its group. Each character is read once, however long the word is. */
const wordPattern = /[^\s@"<>()[\]{},:;\\/]+(@[^\s"<>()[\]{},:;\\/]*)?/g;

/** Replaces e-mail addresses, plain or URL-encoded. */
const withoutAddresses = (text: string): string =>
  text.replace(wordPattern, (word, domain?: string) => (domain !== undefined || /%40/.test(word) ? "<e-mail>" : word));

const withoutSecrets = (text: string): string =>
  secretPatterns.reduce((left, [secret, name]) => left.replace(secret, name), withoutAddresses(text));

/** Keys can be secrets too: something that is looked up by an e-mail address has the address as its key. */
const keysWithoutSecrets = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [withoutSecrets(key), one]));

type LoggedError = Error & { code?: unknown; $metadata?: unknown };

/** Keeps an error's name, message, stack and cause, and what AWS's support needs. An SDK adds more: the stored item, the request. */
const bare = ({ name, message, stack, cause, code, $metadata }: LoggedError): Error =>
  Object.assign(new Error(message, { cause }), { name, stack, code, $metadata });

/**
 * One JSON logger. Fields are `operation`, ids, `outcome`, `ms`; never a token, a password or an e-mail address.
 * The level comes from POWERTOOLS_LOG_LEVEL (default INFO).
 */
export const logger = new Logger({
  serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? "onsale",
  jsonReplacerFn: (_, value) => {
    if (typeof value === "string") return withoutSecrets(value);
    if (value instanceof Error) return bare(value);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? keysWithoutSecrets(value) : value;
  },
});
