/**
 * Erasing an account. The request marks it, and a worker does the rest, by a message that comes again until the account is gone. The worker
 * waits until the last access token has expired and nothing is open, so that no purchase in flight is lost or left behind. Each step can
 * be done twice, and the profile with its mark goes last: a run that was stopped at any step is done again from its beginning.
 */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import * as Account from "#core/account/index.ts";
import { conditional, type Item, sendIf, table } from "#core/lib/dynamo.ts";
import { Unauthorized } from "#core/lib/errors.ts";
import { logger } from "#core/lib/logger.ts";
import * as Organisation from "#core/organisation/index.ts";
import * as Queue from "#core/queue/index.ts";
import { queues } from "./export.ts";
import * as Open from "./open.ts";
import * as Retained from "./retained.ts";
import { BalanceLeft, OrdersOpen, OwnsOrganisation } from "./schema.ts";
import * as Stored from "./stored.ts";

/** ms from the mark until no access token of the account is valid any more: 30 minutes, and clocks that differ. */
const tokensMs = 31 * 60_000;
/** Seconds until the first look. The request ends before that, so the worker sees its mark, or there is none for good. */
const firstLookSeconds = 15;
/** Seconds between two looks: while something is open, and at most. */
const againSeconds = 60;
const maxDelaySeconds = 900;

type Erase = { userId: string; forfeit?: boolean | undefined; now: number };

/** 409 `account.orders_open`, `account.balance_left` with the `balance`, `account.owns_organisation`. */
export const begin = async ({ userId, forfeit = false, now }: Erase): Promise<void> => {
  const [ownsAlone, records] = await Promise.all([Organisation.ownsAlone(userId), Open.records(userId)]);
  if (ownsAlone) throw OwnsOrganisation();
  const open = Open.open(records, now);
  if (open.length > 0) throw OrdersOpen(undefined, { extra: { open } });
  const { balance } = records;
  if (balance > 0 && !forfeit) throw BalanceLeft(undefined, { extra: { balance } });
  // The message is sent before the mark. So a worker erases every account that is marked, also if this request fails.
  await look(userId, firstLookSeconds);
  if (!(await Account.Erasing.begin({ userId, forfeit, now }))) throw Unauthorized();
  logger.info("erasure", { operation: "erasure", userId, outcome: "begun" });
};

const look = async (userId: string, delay: number): Promise<void> => {
  const { send } = await import("#core/lib/sqs.ts");
  await send("MailQueue", { kind: "erase", userId }, delay);
};

/** The worker's part. `waits`: the message was sent again. `none`: the account is gone, or was not marked. */
export const run = async ({ userId, now }: Erase): Promise<"none" | "waits" | "erased"> => {
  const profile = await Account.Erasing.profile(userId);
  if (!profile?.erasing) return "none";
  await Account.Erasing.forgetCredentials(profile, now);
  const records = await Open.records(userId);
  const seconds = await secondsLeft(profile, records, now);
  if (seconds > 0) {
    await look(userId, Math.min(seconds, maxDelaySeconds));
    return "waits";
  }
  await retain(profile, records, now);
  await Promise.all((await queues(now)).map((eventId) => Queue.forget({ userId, eventId })));
  await Organisation.leaveAll(userId, now);
  await removeAll(userId);
  await Account.Erasing.end(userId);
  if (records.balance > 0) logger.warn("erasure", { operation: "erasure", userId, outcome: "balance left" });
  return "erased";
};

type Profile = NonNullable<Awaited<ReturnType<typeof Account.Erasing.profile>>>;

/** 0: nothing is in the way. The balance is given up by the service that moves money: no service writes both money and accounts. */
const secondsLeft = async (profile: Profile, records: Open.Records, now: number): Promise<number> => {
  const { userId, forfeit, erasing = now } = profile;
  if (forfeit && records.balance > 0) {
    const { send } = await import("#core/lib/sqs.ts");
    await send("SettleQueue", { kind: "forfeit", userId });
    return againSeconds;
  }
  if (Open.open(records, now).length + Open.unmailed(records).length > 0) return againSeconds;
  return Math.max(0, Math.ceil((erasing + tokensMs - now) / 1000));
};

/** Without a purchase or a payment there is no contract, and nothing is kept. */
const retain = async (profile: Profile, { orders, hasEntries }: Open.Records, now: number): Promise<void> => {
  const isContract = ({ status, attempts }: (typeof orders)[number]) =>
    status === "confirmed" ||
    status === "refunded" ||
    Object.values(attempts).some(({ status: is }) => is === "approved");
  if (!hasEntries && !orders.some(isContract)) return;
  const { userId, email, formerEmails = [], name, createdAt } = profile;
  const mailTo = Object.fromEntries(orders.flatMap(({ orderId, mailTo: to }) => (to ? [[orderId, to.email]] : [])));
  await Retained.keep({ userId, email, formerEmails, name, createdAt, erasedAt: now, mailTo }, now);
};

/** Follows the list, except for the profile. */
const removeAll = async (userId: string): Promise<void> => {
  const subject = await Stored.subjectOf(userId);
  for (const partition of subject ? Stored.partitions(subject) : [])
    for await (const item of Stored.itemsOf(partition, userId)) {
      const { erasure, kind } = Stored.kindOf(partition.table, item) ?? {};
      if (erasure === "delete" && kind !== "profile") await remove(item, userId);
      if (erasure === "empty") await empty(item);
    }
};

/** An address that was freed may be another account's by now: the condition keeps that. */
const remove = async ({ pk, sk }: Item, userId: string): Promise<void> => {
  await sendIf(
    new DeleteCommand({
      TableName: table("Accounts"),
      Key: { pk, sk },
      ConditionExpression: "attribute_not_exists(userId) OR userId = :userId",
      ExpressionAttributeValues: { ":userId": userId },
    }),
  );
};

const empty = async (order: Item): Promise<void> => {
  const paths = Stored.personal(order);
  if (paths.length === 0) return;
  const names = [...new Set(paths.flat())];
  const path = (fields: string[]) => fields.map((field) => `#f${names.indexOf(field)}`).join(".");
  await conditional({
    TableName: table("Orders"),
    Key: { pk: order.pk, sk: order.sk },
    UpdateExpression: `REMOVE ${paths.map(path).join(", ")}`,
    ConditionExpression: "attribute_exists(pk)", // an update of an absent item would make one
    ExpressionAttributeNames: Object.fromEntries(names.map((field, n) => [`#f${n}`, field])),
  });
};
