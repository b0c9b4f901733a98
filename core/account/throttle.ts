/**
 * Limits for guessing passwords: per account (existing or not) and per viewer's address, in windows of 15 minutes from the first attempt.
 * Conditional writes count, so parallel guesses are counted like sequential ones.
 *
 * - Account: an attempt is counted before the password is checked, and given back if it was right. None left: 429. Sessions are not
 *   affected.
 * - Address: thousands of users may share one, so it is never blocked. After 100 wrong passwords from an address each sign-in from it
 *   needs a proof of work for that account: 403. Successful sign-ins do not count.
 */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import * as Challenge from "#core/lib/challenge.ts";
import { type Item, send, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { mailbox } from "#core/lib/mail-limit.ts";
import { count } from "#core/lib/metrics.ts";
import * as Quotas from "#core/lib/quota.ts";
import * as Table from "./account.table.ts";
import { SignInChallenge, TooManyAttempts } from "./schema.ts";

/**
 * Attempts per window. An honest user guesses a few times; an address may be a whole campus. `workBits` is the work's difficulty: 262,000
 * hashes on average, a quarter of a second on a desktop's core and some seconds on a slow phone.
 */
export const signInLimits = { account: 10, address: 100, codes: 100, reader: 5, workBits: 18 };

type Quota = Quotas.Quota;

export const account = (email: string): Quota => quota(`account:${email.toLowerCase()}`, signInLimits.account);

export const address = (viewer: string): Quota => quota(`address:${Quotas.network(viewer)}`, signInLimits.address);

/** Codes that a network asks for. It may be a whole campus before an opening, so it is as generous as the limit of wrong passwords. */
export const codes = (viewer: string): Quota => quota(`codes:${Quotas.network(viewer)}`, signInLimits.codes);

/** Codes that a reader of a mailbox asks for. A stranger cannot use them up. */
export const reader = (email: string): Quota => quota(`reader:${mailbox(email)}`, signInLimits.reader);

const quota = (subject: string, limit: number): Quota => ({ Key: Table.failuresKey(subject), limit });

/** Whether no attempt is left, by the quota's item as it was read. */
export const isSpent = ({ limit }: Quota, item: Item | undefined, now: number): boolean =>
  Quotas.takenOf(item, now) >= limit;

/** The refusal of an account that has no attempt left. `item` gives its `Retry-After`. */
export const tooMany = (item: Item | undefined, now: number) => Quotas.refusal(TooManyAttempts, item, now);

/** Takes one attempt. False if none is left. */
export const take = async (quota: Quota, now: number): Promise<boolean> => (await Quotas.take(quota, now)).written;

/** Takes an account's attempt. 429 `session.too_many_attempts`, with `Retry-After`. */
export const reserve = async (quota: Quota, now: number): Promise<void> => {
  const { written, item } = await Quotas.take(quota, now);
  if (!written) throw tooMany(item, now);
};

/** After a right password all attempts of the account are given back, but not those of the address. */
export const forget = async ({ Key }: Quota): Promise<void> => {
  await send(new DeleteCommand({ TableName: table("Accounts"), Key })); // unconditional, because all its attempts are given back
};

/** The work is bound to the account. An answer can be reused for the attempts that the account has left. */
const bound = (email: string) => ({ act: "sign-in", for: Ids.sha256(email.toLowerCase()) });

/** Whether the answer proves the work for this account. */
export const hasWorked = (email: string, answer: string | undefined, now: number): boolean =>
  Challenge.weigh(answer, bound(email), now) >= signInLimits.workBits;

/** The refusal with the work to do: `challenge: {kind, token, difficulty, expiresAt}`. */
export const workRequired = (email: string, now: number) => {
  count("Throttled");
  return SignInChallenge(undefined, { extra: Challenge.pose(bound(email), signInLimits.workBits, now) });
};
