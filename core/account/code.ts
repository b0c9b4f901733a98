/**
 * Codes by e-mail: eight digits that prove that somebody reads an address's mail. The digits follow from the code's id with our key, so
 * they are stored and queued nowhere, and a message that comes twice mails the same code. A code is valid for ten minutes, for one
 * purpose, once, and for five tries.
 *
 * The request for a code touches no account: a worker looks for it. So the answer is the same for an address without one.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { keyOf, keysOf } from "#core/lib/config.ts";
import { conditional, contend, getOne, putNew, sendIf, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import * as Quotas from "#core/lib/quota.ts";
import * as Table from "./account.table.ts";
import { provesMailbox } from "./disown-link.ts";
import { CodeInvalid, type CodeSent, CodeTooMany, type NewCode, type Purpose } from "./schema.ts";
import * as Throttle from "./throttle.ts";

const codeMs = 10 * 60_000;
const hourMs = 3_600_000;
/** ms that the list of an account's codes is kept: DynamoDB may delete a code days after it has expired. */
const codesKeptMs = 7 * 86_400_000;
/** `open`: only so many of an account's newest codes work. `tries` are of one code. */
export const codeLimits = { tries: 5, open: 3, perHour: 10 };

/** Epoch ms at which a code expires. */
export const untilOf = (codeId: string): number => Ids.madeAt(codeId) + codeMs;

/** A code for what everybody may ask for, or for the new address of an account. */
type Wanted = (NewCode & { byReader?: true }) | { email: string; purpose: "email"; userId: string };

/**
 * Asks for a code: one message, whether or not there is an account. With a `letter` to this mailbox all limits are counted apart, so that
 * nobody who does not read it can use them up. Any other letter changes nothing. 429 `code.too_many` for the viewer's network or the mailbox.
 */
export const request = async ({ viewer, letter, now, ...wanted }: NewCode & { viewer: string; now: number }) => {
  const byReader = letter !== undefined && provesMailbox(letter, wanted.email, now);
  await reserve(byReader ? Throttle.reader(wanted.email) : Throttle.codes(viewer), now);
  return post({ ...wanted, ...(byReader && { byReader }) }, now);
};

/** Counts a request for a code. 429 `code.too_many`. */
export const reserve = async (quota: Quotas.Quota, now: number): Promise<void> => {
  const { written, item } = await Quotas.take(quota, now);
  if (!written) throw Quotas.refusal(CodeTooMany, item, now);
};

/** Sends the message for a code, which is counted by `reserve`. */
export const post = async (wanted: Wanted, now: number): Promise<CodeSent> => {
  const codeId = Ids.make("cod", now);
  const { send } = await import("#core/lib/sqs.ts");
  await send("MailQueue", { kind: "code", codeId, ...wanted });
  return { codeId };
};

/** The digits to mail. 48 bits leave no digit more likely than another by more than one in a million. */
export const digits = (codeId: string, key = keyOf("CodeKey")): string => {
  const bits = createHmac("sha256", key).update(codeId).digest().readUIntBE(0, 6);
  return String(bits % 100_000_000).padStart(8, "0");
};

/**
 * Gives an account a code, once for its id. `open`: it can be mailed. `done`: it was mailed, used or replaced before. `limited`: the account
 * has had ten in this hour. `byReader`: its list is not the one of codes that anybody asks for, so those neither limit nor replace it.
 */
export const issue = (code: Table.Code, now: number, byReader = false): Promise<"open" | "done" | "limited"> =>
  contend(async () => {
    const list = Table.codesKey(code.userId, byReader);
    const item = await getOne("Accounts", list);
    const before = Table.toCodeIds(item);
    if (before.includes(code.codeId)) return (await isOpen(code.codeId)) ? "open" : "done";
    const recent = before.filter((codeId) => Ids.madeAt(codeId) > now - hourMs);
    if (recent.length >= codeLimits.perHour) return "limited";
    const replaced = recent.at(-codeLimits.open);
    // Of two messages at the same time the first condition lets one through, and the other reads again. The ids stay for an hour, also of
    // codes that were used, so that a message that comes again cannot open its code again.
    const refusals = await transact([
      {
        Put: {
          TableName: table("Accounts"),
          Item: Table.codesItem(list, [...recent, code.codeId], now + codesKeptMs),
          ConditionExpression: item ? "codeIds = :before" : "attribute_not_exists(pk)",
          ...(item && { ExpressionAttributeValues: { ":before": before } }),
        },
      },
      putNew("Accounts", Table.codeItem(code)),
      // Codes that are no longer listed are deleted, so that the list names each one that has its account's address.
      ...before
        .filter((codeId) => codeId === replaced || !recent.includes(codeId))
        .map((codeId) => ({ Delete: { TableName: table("Accounts"), Key: Table.codeKey(codeId) } })),
    ]);
    return refusals ? undefined : "open";
  }, Unavailable);

const isOpen = async (codeId: string): Promise<boolean> => {
  const item = await getOne("Accounts", Table.codeKey(codeId));
  return item !== undefined && item.mailedAt === undefined;
};

const isRight = (codeId: string, code: string): boolean =>
  keysOf("CodeKey").some((key) => timingSafeEqual(Buffer.from(digits(codeId, key)), Buffer.from(code)));

/**
 * The code, if the digits are right. A try is taken by the condition before the digits are compared, so that of any number of guesses at the
 * same time five are compared. 401 `code.invalid`, the same for each reason. It is not spent yet: see `spent`.
 */
export const guess = async (args: {
  codeId: string;
  code: string;
  purpose: Purpose;
  /** Another purpose that it may have. */
  or?: Purpose | undefined;
  now: number;
}): Promise<Table.Code> => {
  const { codeId, code, purpose, or = purpose, now } = args;
  const { written, item } = await conditional({
    TableName: table("Accounts"),
    Key: Table.codeKey(codeId),
    UpdateExpression: "ADD tries :one",
    ConditionExpression: "purpose IN (:purpose, :or) AND #until > :now AND tries < :most",
    ExpressionAttributeNames: { "#until": "until" },
    ExpressionAttributeValues: { ":one": 1, ":purpose": purpose, ":or": or, ":now": now, ":most": codeLimits.tries },
    ReturnValues: "ALL_NEW",
  });
  if (written && item && isRight(codeId, code)) return Table.toCode(item);
  count("SignInFailed");
  throw CodeInvalid();
};

/** Uses a code up, in one transaction with what it allows. Of two requests with the same code the condition lets one through. */
export const spent = ({ codeId }: Table.Code): TransactItem => ({
  Delete: {
    TableName: table("Accounts"),
    Key: Table.codeKey(codeId),
    ConditionExpression: "attribute_exists(pk)",
  },
});

/**
 * Withdraws an account's code, if it is still open. It is deleted, so that the condition of `spent` refuses a request that has guessed it
 * already. The list of the hour's codes keeps its id, so no message opens it again.
 */
export const withdraw = async (codeId: string, userId: string): Promise<void> => {
  const of = { TableName: table("Accounts"), Key: Table.codeKey(codeId) };
  const ConditionExpression = "userId = :userId";
  await sendIf(new DeleteCommand({ ...of, ConditionExpression, ExpressionAttributeValues: { ":userId": userId } }));
};
