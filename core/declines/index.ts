/**
 * Declined cards, counted so that nobody tries out stolen ones here: six of an account in 15 minutes. Thousands may share an address, so
 * it stops nobody by itself: once a hundred were declined there, each of its accounts has two. Payments of orders are counted where they
 * are declined, and cost nothing before but one read by card; charges of wallets can come at once, so each takes its place first.
 */
import { conditional, getAll, type Item, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import * as Quota from "#core/lib/quota.ts";
import { TooManyDeclined } from "./schema.ts";

export * from "./schema.ts";

/** `crowded`: of an account at an address that has reached its own. */
export const LIMITS = { account: 6, crowded: 2, address: 100 };

/** Whose card it is; `from` names the address (`fromOf`), where it is known. */
export type Payer = { userId: string; from?: string | undefined };

/** A viewer's address as messages and orders may carry it: what is counted needs no address. */
export const fromOf = (viewer: string): string => Ids.derive("address", Quota.network(viewer));

const account = (userId: string): Quota.Quota => ({ Key: keyOf(userId), limit: LIMITS.account });
const address = (from: string): Quota.Quota => ({ Key: keyOf(from), limit: LIMITS.address });
const keyOf = (subject: string) => ({ pk: `DECLINES#${subject}`, sk: "DECLINES" });

/** Before a card is asked: one read. 429 `card.too_many_declined`, with `Retry-After`. */
export const check = async (payer: Payer, now: number): Promise<void> => {
  const { item, limit } = await stateOf(payer, now);
  if (Quota.takenOf(item, now) >= limit) throw refusal(item, now);
};

/**
 * The same for the worker, which sees what was counted since the payment was accepted. Payments of one order are begun one after the
 * other; those of several orders can be begun at once, so an account can have one card more asked for each of its open orders.
 */
export const mayAsk = async (payer: Payer, now: number): Promise<boolean> => {
  const { item, limit } = await stateOf(payer, now);
  return Quota.takenOf(item, now) < limit;
};

/** `check`, and a place is taken until the charge is credited. */
export const reserve = async (payer: Payer, now: number): Promise<void> => {
  await check(payer, now);
  const { written, item } = await Quota.take(account(payer.userId), now);
  if (!written) throw refusal(item, now);
};

/** Gives a reserved place back: the card was good. */
export const giveBack = async (userId: string): Promise<void> => {
  await conditional({
    TableName: table("Accounts"),
    Key: keyOf(userId),
    UpdateExpression: "ADD #count :less",
    ConditionExpression: "#count > :none", // its window may be over, and a new one counts from one
    ExpressionAttributeNames: { "#count": "count" },
    ExpressionAttributeValues: { ":less": -1, ":none": 0 },
  });
};

/** A card was declined. A crash before it leaves one uncounted. */
export const declined = async ({ userId, from }: Payer, now: number): Promise<void> => {
  await Promise.all([Quota.take(account(userId), now), declinedAt(from, now)]);
};

/** The same for the address alone, where the account's place was reserved. */
export const declinedAt = async (from: string | undefined, now: number): Promise<void> => {
  if (from !== undefined) await Quota.take(address(from), now);
};

/** The account's item, and how many it may have. */
const stateOf = async ({ userId, from }: Payer, now: number): Promise<{ item: Item | undefined; limit: number }> => {
  const keys = [keyOf(userId), ...(from === undefined ? [] : [keyOf(from)])];
  const items = await getAll("Accounts", keys, { consistent: true });
  const of = (subject: string | undefined) => items.find(({ pk }) => pk === `DECLINES#${subject}`);
  const crowded = Quota.takenOf(of(from), now) >= LIMITS.address;
  return { item: of(userId), limit: crowded ? LIMITS.crowded : LIMITS.account };
};

const refusal = (item: Item | undefined, now: number) => {
  count("Throttled");
  return TooManyDeclined(undefined, { headers: { "retry-after": Quota.retryAfter(item, now) } });
};
