/**
 * Counts declined cards, so that stolen cards cannot be tried out here: an account may have six in 15 minutes. Thousands of users may
 * share an address, so an address alone is never refused: after a hundred declined cards there, each of its accounts may have two.
 * A payment of an order is counted when it is declined, and costs only one read before its card is asked. Charges of wallets can come at
 * the same time, so each reserves its place first.
 */
import { conditional, type Item, type TransactItem, table } from "#core/lib/dynamo.ts";
import { getAll, getEach } from "#core/lib/dynamo-batch.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Quota from "#core/lib/quota.ts";
import { TooManyDeclined } from "./schema.ts";

export * from "./schema.ts";

/** Declined cards in 15 minutes. `crowded`: the limit of an account at an address that has reached the limit `address`. */
export const LIMITS = { account: 6, crowded: 2, address: 100 };

/** The user who pays. `from` is the name of the address (`fromOf`), if it is known. */
export type Payer = { userId: string; from?: string | undefined };

/** A name for a viewer's address, for messages and orders. Counting does not need the address itself. */
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
 * The same check for the worker, which sees what was counted since the payment was accepted. Payments of one order begin one after the
 * other. Payments of several orders can begin at the same time, so one more card can be asked for each open order of an account.
 */
export const mayAsk = async (payer: Payer, now: number): Promise<boolean> => {
  const { item, limit } = await stateOf(payer, now);
  return Quota.takenOf(item, now) < limit;
};

/** As `check`, and reserves a place until the charge is credited. */
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

/**
 * Counts a declined card of the account, as an item of the transaction that closes its attempt. The order's next card is asked after that
 * transaction, so it sees the count. Refused if another card began a new window meanwhile.
 */
export const counting = async (userId: string, now: number): Promise<TransactItem> => {
  const [item] = await getEach("Accounts", [keyOf(userId)]);
  return Quota.taking(account(userId), item, now);
};

/** Counts a declined card at its address, once the account's count is written. After a crash in between, the address has one less. */
export const declinedAt = async (from: string | undefined, now: number): Promise<void> => {
  if (from !== undefined) await Quota.take(address(from), now);
};

/** The account's item, and its limit. */
const stateOf = async ({ userId, from }: Payer, now: number): Promise<{ item: Item | undefined; limit: number }> => {
  const keys = [keyOf(userId), ...(from === undefined ? [] : [keyOf(from)])];
  const items = await getAll("Accounts", keys, { consistent: true });
  const of = (subject: string | undefined) => items.find(({ pk }) => pk === `DECLINES#${subject}`);
  const crowded = Quota.takenOf(of(from), now) >= LIMITS.address;
  return { item: of(userId), limit: crowded ? LIMITS.crowded : LIMITS.account };
};

const refusal = (item: Item | undefined, now: number) => Quota.refusal(TooManyDeclined, item, now);
