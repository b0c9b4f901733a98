/**
 * What guessing passwords is limited by, per account (known or not) and per viewer's address, in windows of 15 minutes that begin with
 * the first attempt. Both counts are taken by a condition, so guesses that come at once are counted like those that come in turn.
 *
 * - An account's attempt is taken before its password is looked at, and given back to the one who knows it: 429 without any left. It
 *   closes this way in and no other: sessions go on.
 * - Thousands may share an address, so nobody is shut out for it. A hundred of an address learn that a password is wrong; from then on
 *   each sign-in from there costs a proof of work for that very account: 403. Who signs in rightly is not counted at all.
 */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import * as Challenge from "#core/lib/challenge.ts";
import { type Item, send, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import * as Quotas from "#core/lib/quota.ts";
import * as Table from "./account.table.ts";
import { SignInChallenge, TooManyAttempts } from "./schema.ts";

/**
 * Guesses at one account are few when honest; an address may stand for a campus. `workBits` is the work's difficulty: 262,000 hashes on
 * average, a quarter of a second of a desktop's core and some seconds of a slow phone.
 */
export const LIMITS = { account: 10, address: 100, workBits: 18 };

type Quota = Quotas.Quota;

export const account = (email: string): Quota => quota(`account:${email.toLowerCase()}`, LIMITS.account);

export const address = (viewer: string): Quota => quota(`address:${Quotas.network(viewer)}`, LIMITS.address);

const quota = (subject: string, limit: number): Quota => ({ Key: Table.failuresKey(subject), limit });

/** Whether the quota's item, as it was read, has nothing left. */
export const isSpent = ({ limit }: Quota, item: Item | undefined, now: number): boolean =>
  Quotas.takenOf(item, now) >= limit;

/** The refusal of an account that has no attempt left, as its item says. */
export const tooMany = (item: Item | undefined, now: number) => {
  count("Throttled");
  return TooManyAttempts(undefined, { headers: { "retry-after": Quotas.retryAfter(item, now) } });
};

/** Takes one attempt; false where none is left. */
export const take = async (quota: Quota, now: number): Promise<boolean> => (await Quotas.take(quota, now)).written;

/** Takes an account's attempt. 429 `session.too_many_attempts`, with `Retry-After`. */
export const reserve = async (quota: Quota, now: number): Promise<void> => {
  const { written, item } = await Quotas.take(quota, now);
  if (!written) throw tooMany(item, now);
};

/** Who knows the password was no guesser: the account's attempts are given back, all of them. The address's are not. */
export const forget = async ({ Key }: Quota): Promise<void> => {
  await send(new DeleteCommand({ TableName: table("Accounts"), Key })); // unconditional: whatever it counted is void
};

/** Bound to the account: sent again it is good for as many guesses as the account has left. */
const bound = (email: string) => ({ act: "sign-in", for: Ids.sha256(email.toLowerCase()) });

/** Whether the answer proves the work for this account. */
export const hasWorked = (email: string, answer: string | undefined, now: number): boolean =>
  Challenge.weigh(answer, bound(email), now) >= LIMITS.workBits;

/** The refusal that says what to solve: `challenge: {kind, token, difficulty, expiresAt}`. */
export const workRequired = (email: string, now: number) => {
  count("Throttled");
  return SignInChallenge(undefined, { extra: Challenge.pose(bound(email), LIMITS.workBits, now) });
};
