/**
 * The one list of what is stored about a user. Export and erasure follow it, and a test walks all tables: an item about a user whose kind is
 * not here fails it. It names the keys of other words on purpose, because it has to see what they forget.
 */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as Account from "#core/account/index.ts";
import { db, type Item, type Table, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";

/** What leads to a user's items. The first of `emails` is the present address. */
export type Subject = { userId: string; emails: string[]; codeIds: string[]; passkeyIds: string[] };

/**
 * What an erasure does with an item:
 * - `delete`
 * - `empty`: its personal fields are removed
 * - `keep`: it has no personal field, and money and seats must add up
 * - `expire`: it counts for a limit under a hash or an id, and ends by itself within days. If an erasure deleted it, erasing would reset
 *   the limit
 */
type Erasure = "delete" | "empty" | "keep" | "expire";

/** Its partition key is the prefix and each of the ids, and its sort key begins with `sk`. */
export type Kind = {
  kind: string;
  table: Table;
  prefix: string;
  ids: (subject: Subject) => string[];
  sk: string;
  erasure: Erasure;
};

const user = ({ userId }: Subject) => [userId];
const kind = (
  [name, table]: [string, Table],
  prefix: string,
  ids: Kind["ids"],
  sk: string,
  erasure: Erasure,
): Kind => ({ kind: name, table, prefix, ids, sk, erasure });

export const kinds: Kind[] = [
  kind(["profile", "Accounts"], "ACCOUNT#", user, "PROFILE", "delete"),
  kind(["session", "Accounts"], "ACCOUNT#", user, "SESSION#", "delete"),
  kind(["passkey", "Accounts"], "ACCOUNT#", user, "PASSKEY#", "delete"),
  kind(["passkeys", "Accounts"], "ACCOUNT#", user, "PASSKEYS", "delete"),
  kind(["passkey-sign-in", "Accounts"], "PASSKEY#", ({ passkeyIds }) => passkeyIds, "PASSKEY", "delete"),
  kind(["sign-in", "Accounts"], "EMAIL#", ({ emails }) => emails, "EMAIL", "delete"),
  kind(["membership", "Accounts"], "MEMBER#", user, "ORGANISATION#", "delete"),
  kind(["code", "Accounts"], "CODE#", ({ codeIds }) => codeIds, "CODE", "delete"),
  kind(["codes", "Accounts"], "CODES#", user, "CODES", "delete"),
  kind(["failed-sign-ins", "Accounts"], "FAILURES#", (subject) => failures(subject), "FAILURES", "expire"),
  kind(["declined-cards", "Accounts"], "DECLINES#", user, "DECLINES", "expire"),
  // A mailbox's e-mails are counted by its hash, and other accounts may have the mailbox too: by a `+`, or because one has left it.
  kind(["mails", "Accounts"], "MAILS#", () => [], "", "expire"),
  // E-mails that were asked for again are counted under hashes of order and account, for 15 minutes.
  kind(["mails-asked", "Accounts"], "ASKED#", () => [], "ASKED", "expire"),
  kind(["wallet", "Accounts"], "USER#", user, "WALLET", "keep"),
  kind(["wallet-entry", "Accounts"], "USER#", user, "ENTRY#", "keep"),
  kind(["wallet-charge", "Accounts"], "USER#", user, "KEY#", "keep"),
  kind(["retained", "Accounts"], "RETAINED#", user, "RETAINED", "keep"),
  kind(["order", "Orders"], "USER#", user, "ORDER#", "empty"),
  kind(["basket", "Orders"], "USER#", user, "BASKET#", "keep"),
  kind(["check-in", "Orders"], "USER#", user, "CHECKIN#", "keep"),
  kind(["check-in-undone", "Orders"], "USER#", user, "UNDONE#", "keep"),
  // A seat is found by its event. The order names it too, so an export has it there.
  kind(["seat", "Seats"], "evt_", () => [], "", "keep"),
];

/** Secrets, and hashes of something that its owner knows. An export names these fields and does not give them. */
export const withheld = new Set(["password", "family", "current", "hash", "token", "action", "from", "jwe"]);

/** The personal fields of an order, as paths. Of a payment: the address that it came from, the card's token, what the bank asked. */
export const personal = ({ mailTo, attempts = {} }: Item): string[][] => [
  ...(mailTo === undefined ? [] : [["mailTo"]]),
  ...Object.entries<Item>(attempts).flatMap(([id, attempt]) =>
    ["from", "token", "action"].filter((field) => field in attempt).map((field) => ["attempts", id, field]),
  ),
];

/** Of the present address alone: an earlier one may be another account's by now. */
const failures = ({ emails }: Subject) => emails.slice(0, 1).map((email) => Ids.sha256(`account:${email}`));

/** Of this item; undefined if the list does not have it. */
export const kindOf = (name: Table, { pk, sk }: Item): Kind | undefined =>
  kinds.find((one) => one.table === name && String(pk).startsWith(one.prefix) && String(sk).startsWith(one.sk));

export type Partition = { table: Table; pk: string };

/** Every partition that has items of a user, each once. */
export const partitions = (subject: Subject): Partition[] => {
  const all = kinds.flatMap(({ table, prefix, ids }) => ids(subject).map((id) => ({ table, pk: `${prefix}${id}` })));
  return all.filter((one, at) => all.findIndex(({ table, pk }) => table === one.table && pk === one.pk) === at);
};

/** Up to `limit` items of a partition, and where the next page begins. An address may be another account's by now: its items are left out. */
export const query = async (
  { table: name, pk }: Partition,
  userId: string,
  { limit = 100, after }: { limit?: number; after?: string | undefined } = {},
): Promise<{ items: Item[]; next: string | undefined }> => {
  const { Items = [], LastEvaluatedKey } = await db().send(
    new QueryCommand({
      TableName: table(name),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": pk },
      ExclusiveStartKey: after === undefined ? undefined : { pk, sk: after },
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  const items = Items.filter((item) => item.userId === undefined || item.userId === userId);
  return { items, next: LastEvaluatedKey?.sk };
};

/** All items of a partition. */
export async function* itemsOf(partition: Partition, userId: string): AsyncGenerator<Item> {
  let after: string | undefined;
  do {
    const { items, next } = await query(partition, userId, { after });
    yield* items;
    after = next;
  } while (after !== undefined);
}

/** Undefined if there is no such account. */
export const subjectOf = async (userId: string): Promise<Subject | undefined> => {
  const profile = await Account.Erasing.profile(userId);
  if (!profile) return undefined;
  const [codes, passkeyIds] = await Promise.all([
    query({ table: "Accounts", pk: `CODES#${userId}` }, userId),
    passkeys(userId),
  ]);
  const emails = [profile.email, ...(profile.formerEmails ?? [])].map((email) => email.toLowerCase());
  return { userId, emails: [...new Set(emails)], codeIds: codes.items.flatMap(({ codeIds }) => codeIds), passkeyIds };
};

const passkeys = async (userId: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { sk } of itemsOf({ table: "Accounts", pk: `ACCOUNT#${userId}` }, userId))
    if (sk.startsWith("PASSKEY#")) found.push(sk.slice("PASSKEY#".length));
  return found;
};
