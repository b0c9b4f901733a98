/** Mails an account's codes and notices. Its messages wait in a queue of their own, and may come twice and late. */
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import { conditional, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Limit from "#core/lib/mail-limit.ts";
import { lazy } from "#core/lib/schemas.ts";
import * as Ses from "#core/lib/ses.ts";
import * as Table from "./account.table.ts";
import * as Code from "./code.ts";
import { disownUrl } from "./disown-link.ts";
import * as Account from "./index.ts";
import * as Letter from "./letter.ts";
import * as Notice from "./notice.ts";

const CodeMessage = lazy(() =>
  z.object({
    kind: z.literal("code"),
    codeId: z.string(),
    email: z.string(),
    purpose: z.enum([...Account.purposes, "email"]),
    locale: z.optional(Account.Locale),
    /** Of a code to a new address, which is no account's yet. */
    userId: z.optional(z.string()),
    /** Asked for with a letter to this mailbox. */
    byReader: z.optional(z.boolean()),
  }),
);
const NoticeMessage = lazy(() =>
  z.object({
    kind: z.literal("notice"),
    changeId: z.string(),
    of: z.enum(["password", "passkey", "email-changed"]),
    userId: z.string(),
    email: z.string(),
  }),
);
const Message = lazy(() => z.discriminatedUnion("kind", [CodeMessage, NoticeMessage]));

/**
 * - `unknown`: no account has this address
 * - `late`: the code has expired
 * - `done`: the code was mailed, used or replaced before; the notice was mailed before
 * - `limited`: the account or the address has had its e-mails of this hour or day
 * - `early`: the notice's change is not written yet: its message has to come again
 * - `unwritten`: it never was
 */
export type Outcome = "sent" | "unknown" | "late" | "done" | "limited" | "early" | "unwritten";

/**
 * Does what a message asks. Throws if SES does not take the e-mail; the message then comes again and mails the same. If it is stopped
 * between the e-mail and its mark, the same e-mail goes out once more.
 */
export const deliver = (message: unknown, now: number): Promise<Outcome> => {
  const one = z.parse(Message, message);
  return one.kind === "code" ? mailCode(one, now) : mailNotice(one, now);
};

/** Somebody asked for a code. Only here is it found out whether the address has an account. */
const mailCode = async (message: z.infer<typeof CodeMessage>, now: number): Promise<Outcome> => {
  const { codeId, email, purpose, byReader, ...wanted } = message;
  const until = Code.untilOf(codeId);
  if (until <= now) return "late";
  const userId = purpose === "email" ? wanted.userId : await Account.findByEmail(email);
  const account = userId === undefined ? undefined : await Account.get(userId);
  if (!account || account.erasing) return "unknown";
  // The account's address is used, and not the one that was typed: in upper case it may be another mailbox at its provider.
  const to = purpose === "email" ? email : account.email;
  const state = await Code.issue({ codeId, userId: account.userId, email: to, purpose, until }, now, byReader);
  if (state !== "open") return state;
  if (!(await Limit.take({ email: to, of: byReader ? "readers" : "codes", mail: codeId, now }))) return "limited";
  const locale = wanted.locale ?? account.locale ?? "en";
  const { mailFrom: from, publicUrl } = link("Settings");
  const letter = Letter.compose({
    ...{ kind: purpose, locale, to, from, publicUrl, now },
    code: Code.digits(codeId),
    minutes: Math.ceil((until - now) / 60_000),
    disown: disownUrl({ userId: account.userId, kind: "code", id: codeId, to }, publicUrl, now),
  });
  await Ses.send(letter);
  await mailed(Table.codeKey(codeId), now);
  return "sent";
};

/** An account was changed. The link is valid for seven days from the change, and names the address that the account then had. */
const mailNotice = async (message: z.infer<typeof NoticeMessage>, now: number): Promise<Outcome> => {
  const { changeId, of: kind, userId, email: to } = message;
  const state = await Notice.stateOf(changeId, now);
  if (state !== "due") return state;
  const account = await Account.get(userId);
  if (!account) return "unknown";
  if (!(await Limit.take({ email: to, of: "notices", mail: changeId, now }))) return "limited";
  const { mailFrom: from, publicUrl } = link("Settings");
  const changedAt = Ids.madeAt(changeId);
  const changed = kind === "email-changed" ? "email" : kind;
  const disown = disownUrl({ userId, kind: changed, id: to, to }, publicUrl, changedAt);
  await Ses.send(Letter.compose({ kind, locale: account.locale ?? "en", to, from, publicUrl, disown, now: changedAt }));
  await mailed(Table.changeKey(changeId), now);
  return "sent";
};

/** Notes that it was mailed, so that its message mails it no second time. A code may have been used meanwhile: the condition does not bring it back. */
const mailed = async (Key: Table.Key, now: number): Promise<void> => {
  await conditional({
    TableName: table("Accounts"),
    Key,
    UpdateExpression: "SET mailedAt = :now",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":now": now },
  });
};
