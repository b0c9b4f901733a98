/**
 * What guessing passwords is limited by, per account (known or not) and per viewer's address, in windows of 15 minutes that begin with
 * the first attempt. Both counts are taken by a condition, so guesses that come at once are counted like those that come in turn.
 *
 * - An account's attempt is taken before its password is looked at, and given back to the one who knows it: 429 without any left. It
 *   closes this way in and no other: sessions go on.
 * - Thousands may share an address, so nobody is shut out for it. A wrong password is told to a hundred of an address; from then on
 *   each sign-in from there costs a proof of work for that very account: 403. Who signs in rightly is not counted at all.
 */
import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as Challenge from "#core/lib/challenge.ts";
import { db, type Item, refused, send, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import * as Table from "./account.table.ts";
import { SignInChallenge, TooManyAttempts } from "./schema.ts";

const windowMs = 15 * 60_000;

/**
 * Guesses at one account are few when honest; an address may stand for a campus. `workBits` is the work's difficulty: 262,000 hashes on
 * average, a quarter of a second of a desktop's core and some seconds of a slow phone.
 */
export const LIMITS = { account: 10, address: 100, workBits: 18 };

export type Subject = { name: string; limit: number };

export const account = (email: string): Subject => ({ name: `account:${email.toLowerCase()}`, limit: LIMITS.account });

/** An IPv6 visitor owns a whole /64, so that is the address. */
export const address = (viewer: string): Subject => ({ name: `address:${network(viewer)}`, limit: LIMITS.address });

const network = (viewer: string): string => {
  if (!viewer.includes(":")) return viewer;
  const [head = "", tail] = viewer.replace(/^\[|\]$/g, "").split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - rest.length)).fill("0");
  const all = [...groups, ...zeros, ...rest].map((group) => Number.parseInt(group, 16).toString(16));
  return `${all.slice(0, 4).join(":")}::/64`;
};

/** Whether the subject's item, as it was read, has nothing left. */
export const isSpent = ({ limit }: Subject, item: Item | undefined, now: number): boolean => {
  const failures = Table.toFailures(item);
  return failures.until > now && failures.count >= limit;
};

/** The refusal of an account that has no attempt left, as its item says. */
export const tooMany = (item: Item | undefined, now: number) => {
  count("Throttled");
  const seconds = Math.max(1, Math.ceil((Table.toFailures(item).until - now) / 1000));
  return TooManyAttempts(undefined, { headers: { "retry-after": String(seconds) } });
};

/** Takes one of a subject's attempts; false where none is left. Each write's condition is the other's complement. */
export const take = async (subject: Subject, now: number): Promise<boolean> => {
  const Key = Table.failuresKey(subject.name);
  const until = now + windowMs;
  const names = { "#count": "count", "#until": "until" };
  const add = new UpdateCommand({
    TableName: table("Accounts"),
    Key,
    ConditionExpression: "attribute_not_exists(pk) OR (#until > :now AND #count < :limit)",
    UpdateExpression:
      "ADD #count :one SET #until = if_not_exists(#until, :until), expires = if_not_exists(expires, :ttl)",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: {
      ":one": 1,
      ":now": now,
      ":limit": subject.limit,
      ":until": until,
      ":ttl": Table.ttl(until),
    },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const anew = new UpdateCommand({
    TableName: table("Accounts"),
    Key,
    ConditionExpression: "#until <= :now",
    UpdateExpression: "SET #count = :one, #until = :until, expires = :ttl",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":one": 1, ":now": now, ":until": until, ":ttl": Table.ttl(until) },
  });
  const refusal = await refused(add);
  if (!refusal) return true;
  if (Table.toFailures(refusal.item).until > now) return false;
  return !(await refused(anew)) || !(await refused(add)); // another request began the new window between the two
};

/** Takes an account's attempt. 429 `session.too_many_attempts`, with `Retry-After`. */
export const reserve = async (subject: Subject, now: number): Promise<void> => {
  if (await take(subject, now)) return;
  const Key = Table.failuresKey(subject.name);
  throw tooMany(
    (await db().send(new GetCommand({ TableName: table("Accounts"), Key, ConsistentRead: true }))).Item,
    now,
  );
};

/** Who knows the password was no guesser: the account's attempts are given back, all of them. The address's are not. */
export const forget = async (subject: Subject): Promise<void> => {
  const Key = Table.failuresKey(subject.name);
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
