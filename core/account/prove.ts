/**
 * What a mailed code allows: a session, a new password, a proven address.
 *
 * Somebody else may have signed up with an address before its owner did. So the first proof of an address from outside of a session of that
 * account removes its password and passkeys, and its sessions are not refreshed any more, unless the current password comes with the proof.
 * Later proofs remove nothing.
 */
import { failed, getOne, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import * as Table from "./account.table.ts";
import { moveTo } from "./address.ts";
import * as Code from "./code.ts";
import { forgetCredentials } from "./forget.ts";
import * as Notice from "./notice.ts";
import * as Password from "./password.ts";
import {
  CodeInvalid,
  InvalidCredentials,
  type PasswordReset,
  type Principal,
  type Session,
  type Verification,
} from "./schema.ts";
import { make } from "./session.ts";
import * as Sessions from "./sessions.ts";
import * as Throttle from "./throttle.ts";

type Proof = Verification & { now: number };
type SignIn = Proof & { device: string };

/** Signs in by a code. 401 `code.invalid`, `session.invalid_credentials` if a password comes with it and is wrong. */
export const signInByCode = async ({ password, device, now, ...given }: SignIn): Promise<Session> => {
  const code = await Code.guess({ ...given, purpose: "signin", now });
  const session = make(code.userId, { method: "code", device }, now);
  return session.answer(await prove({ code, password, allowed: [session.put], now }));
};

/** Sets a new password, ends all sessions, and mails a notice. 401 `code.invalid`. */
export const resetPassword = async ({ password, now, ...given }: PasswordReset & { now: number }): Promise<void> => {
  const code = await Code.guess({ ...given, purpose: "reset", now });
  const { userId, email } = code;
  await profileOf(code); // before anything ends
  const hash = await Password.hash(password);
  // Before the change, so that a crash right after it leaves no session; and after it, for sessions that the old password opened in between.
  await Sessions.endAll(userId);
  const noticed = await Notice.announce({ of: "password", userId, email }, now);
  await prove({
    code,
    allowed: [
      noticed,
      {
        Update: {
          TableName: table("Accounts"),
          Key: Table.emailKey(email),
          UpdateExpression: "SET password = :hash",
          ConditionExpression: "userId = :userId",
          ExpressionAttributeValues: { ":hash": hash, ":userId": userId },
        },
      },
    ],
    now,
  });
  await Sessions.endAll(userId);
  await Throttle.forget(Throttle.account(email)); // who forgot the password may have used up its attempts
};

/**
 * Proves an address. In a session of that account it removes nothing, and the session is refreshed again if it was not. A code to a new address
 * changes it, in such a session alone (see address.ts). 401 `code.invalid`, `session.invalid_credentials`.
 */
export const verifyAddress = async (args: Proof & { bearer: Principal | undefined }): Promise<void> => {
  const { bearer, password, now, ...given } = args;
  const code = await Code.guess({ ...given, purpose: "verify", or: bearer && "email", now });
  if (code.purpose === "email") {
    if (bearer?.userId !== code.userId) throw CodeInvalid();
    return moveTo(code, bearer, now);
  }
  if (bearer?.userId === code.userId && (await proveInSession(code, bearer))) return;
  await prove({ code, password, now });
};

/** False if the session is over. Its access token may be valid for some minutes more, but it is not proof of the account. */
const proveInSession = async (code: Table.Code, { userId, sessionId }: Principal): Promise<boolean> => {
  const refusals = await transact([
    Code.spent(code),
    proven(code),
    {
      Update: {
        TableName: table("Accounts"),
        Key: Table.sessionKey(userId, sessionId),
        UpdateExpression: "REMOVE unproven",
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(revoked)",
      },
    },
  ]);
  if (refusals && (failed(refusals, 0) || failed(refusals, 1))) throw CodeInvalid();
  if (refusals && !failed(refusals, 2)) throw Unavailable();
  return !refusals;
};

type Spending = { code: Table.Code; allowed?: TransactItem[]; password?: string | undefined; now: number };

/**
 * Spends a right code in one transaction with what it allows and the proof itself. Before a first proof, what others may have left is
 * removed: after a crash in between the same code, or the next one, removes it again. Answers the account.
 */
const prove = async ({ code, allowed = [], password, now }: Spending): Promise<Table.Profile> => {
  const profile = await profileOf(code);
  if (!profile.emailVerified) {
    if (password === undefined) await forgetCredentials(code, now, Sessions.unprove, [isUnproven(code)]);
    else if (!(await isCurrent(code, password))) throw InvalidCredentials();
  }
  const refusals = await transact([Code.spent(code), proven(code), ...allowed]);
  if (refusals && (failed(refusals, 0) || failed(refusals, 1))) throw CodeInvalid();
  if (refusals) throw Unavailable();
  return { ...profile, emailVerified: true };
};

const profileOf = async ({ userId, email }: Table.Code): Promise<Table.Profile> => {
  const item = await getOne("Accounts", Table.profileKey(userId));
  if (!item || item.email !== email) throw CodeInvalid(); // the account is gone, or has another address by now
  return Table.toProfile(item);
};

/** The code was mailed to the account's address of that time. If the account has another one by now, or is being erased, it proves nothing. */
const profileIs = (code: Table.Code, condition: string) => ({
  TableName: table("Accounts"),
  Key: Table.profileKey(code.userId),
  ConditionExpression: `email = :email AND attribute_not_exists(erasing)${condition}`,
});

/** Of two first proofs at the same time, the one that comes later removes nothing of what the other one allowed. */
const isUnproven = (code: Table.Code): TransactItem => ({
  ConditionCheck: {
    ...profileIs(code, " AND attribute_not_exists(emailVerified)"),
    ExpressionAttributeValues: { ":email": code.email },
  },
});

const proven = (code: Table.Code): TransactItem => ({
  Update: {
    ...profileIs(code, ""),
    UpdateExpression: "SET emailVerified = :true",
    ExpressionAttributeValues: { ":email": code.email, ":true": true },
  },
});

const isCurrent = async ({ email, userId }: Table.Code, password: string): Promise<boolean> => {
  const login = Table.toLogin(await getOne("Accounts", Table.emailKey(email)));
  return (await Password.matches(password, login?.password)) && login?.userId === userId;
};
