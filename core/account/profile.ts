/** What users change of their own account: name, language, password. */
import { conditional, failed, getOne, table, transact } from "#core/lib/dynamo.ts";
import { Unauthorized, Unavailable } from "#core/lib/errors.ts";
import * as Table from "./account.table.ts";
import { isRecent } from "./check.ts";
import { ifNotRemoving } from "./forget.ts";
import * as Notice from "./notice.ts";
import * as Password from "./password.ts";
import {
  type NewPassword,
  type Principal,
  type ProfilePatch,
  SessionEnded,
  SessionNotRecent,
  WrongPassword,
} from "./schema.ts";
import { ifOpen } from "./session.ts";
import * as Sessions from "./sessions.ts";
import * as Throttle from "./throttle.ts";

/** Changes what the patch names. 401 if the account is gone: the condition keeps it from being made again. */
export const change = async (userId: string, patch: ProfilePatch): Promise<void> => {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const { written } = await conditional({
    TableName: table("Accounts"),
    Key: Table.profileKey(userId),
    UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
  });
  if (!written) throw Unauthorized();
};

/** Notes whether the account is a member of an organisation, for its next access tokens. The condition keeps a deleted account deleted. */
export const markOrganiser = async (userId: string, organiser: boolean): Promise<void> => {
  await conditional({
    TableName: table("Accounts"),
    Key: Table.profileKey(userId),
    UpdateExpression: "SET organiser = :organiser",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":organiser": organiser },
  });
};

/**
 * Sets a password, ends the user's other sessions, and mails a notice. It needs the current password, or a recent sign-in. 401
 * `session.ended`; 403 `account.wrong_password`, `session.not_recent`; 429 `session.too_many_attempts`.
 */
export const changePassword = async (args: NewPassword & { user: Principal; now: number }): Promise<void> => {
  const { user, current, password, now } = args;
  const profile = await getOne("Accounts", Table.profileKey(user.userId));
  if (!profile) throw Unauthorized();
  const { userId, email } = Table.toAccount(profile);
  const Key = Table.emailKey(email);
  const old: string | undefined = (await getOne("Accounts", Key))?.password;
  if (current !== undefined) await prove(email, current, old, now);
  else if (!isRecent(user, now)) throw SessionNotRecent();
  const hash = await Password.hash(password);
  // before the write, so that a crash after it leaves no session of somebody else; and after it, for those that were opened meanwhile
  await Sessions.endAll(user.userId, user.sessionId);
  const noticed = await Notice.announce({ of: "password", userId, email }, now);
  const refusals = await transact([
    {
      Update: {
        TableName: table("Accounts"),
        Key,
        UpdateExpression: "SET password = :new",
        // of two changes at once one is written; and the account may have left the address, which may be another's by now
        ConditionExpression: `userId = :userId AND attribute_not_exists(movedTo) AND ${old === undefined ? "attribute_not_exists(password)" : "password = :old"}`,
        ExpressionAttributeValues: { ":new": hash, ":userId": userId, ...(old !== undefined && { ":old": old }) },
      },
    },
    noticed,
    // a session that is ended, or about to be, because somebody else opened it, leaves no password behind
    ifOpen(user, now),
    ifNotRemoving(userId, now),
  ]);
  if (refusals && (failed(refusals, 2) || failed(refusals, 3))) throw SessionEnded();
  if (refusals) throw Unavailable("The account was changed at the same time. Try again.");
  await Sessions.endAll(user.userId, user.sessionId);
};

/** A guess at the current password counts as one at a sign-in does. */
const prove = async (email: string, current: string, hash: string | undefined, now: number): Promise<void> => {
  const quota = Throttle.account(email);
  await Throttle.reserve(quota, now);
  if (!(await Password.matches(current, hash))) throw WrongPassword();
  await Throttle.forget(quota);
};
