import { Logger } from "@aws-lambda-powertools/logger";

/** What no line may tell, wherever it comes from: AWS's messages quote addresses, and its refusals carry the item that was there. */
const SECRETS: [RegExp, string][] = [
  [/eyJ[\w-]{1,1000}\.[\w-]{1,1000}\.[\w-]{0,1000}/g, "<token>"],
  [/(ses_\w{26})\.[\w-]{64}/g, "$1.<secret>"],
  [/\$argon2id\$[\w$=,+/]{1,200}/g, "<hash>"],
  [/(?<![\w])[0-9a-f]{64}(?![\w])/g, "<64 digits>"],
];

/** A word, and what follows it from an `@` on: each character is looked at once, however long the word is. */
const WORD = /[^\s@"<>()[\]{},:;\\/]+(@[^\s"<>()[\]{},:;\\/]*)?/g;

/** E-mail addresses, as they are or as a URL has them. */
const withoutAddresses = (text: string): string =>
  text.replace(WORD, (word, domain?: string) => (domain !== undefined || /%40/.test(word) ? "<e-mail>" : word));

const discreet = (text: string): string =>
  SECRETS.reduce((left, [secret, name]) => left.replace(secret, name), withoutAddresses(text));

/** What is looked up by an address has it as its key. */
const discreetKeys = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [discreet(key), one]));

type Told = Error & { code?: unknown; $metadata?: unknown };

/** An error is its name, words and way, and what AWS's support asks for; an SDK hangs more on it: what was there, what was sent. */
const bare = ({ name, message, stack, cause, code, $metadata }: Told): Error =>
  Object.assign(new Error(message, { cause }), { name, stack, code, $metadata });

/**
 * One JSON logger. Fields are `operation`, ids, `outcome`, `ms`; never a token, a password or an e-mail address.
 * The level comes from POWERTOOLS_LOG_LEVEL (default INFO).
 */
export const logger = new Logger({
  serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? "onsale",
  jsonReplacerFn: (_, value) => {
    if (typeof value === "string") return discreet(value);
    if (value instanceof Error) return bare(value);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? discreetKeys(value) : value;
  },
});
