/** Accounts and their sessions. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { conditional, db, failed, getOne, putNew, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { getAll, getEach } from "#core/lib/dynamo-batch.ts";
import { Unauthorized, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import type * as Organisation from "#core/organisation/schema.ts";
import * as Table from "./account.table.ts";
import { claim, isTaken } from "./address.ts";
import * as Membership from "./membership.ts";
import * as Password from "./password.ts";
import * as Profile from "./profile.ts";
import {
  type Account,
  type Credentials,
  EmailTaken,
  InvalidCredentials,
  type Me,
  type NewAccount,
  type ProfilePatch,
  type Session,
} from "./schema.ts";
import * as Sessions from "./session.ts";
import * as Throttle from "./throttle.ts";

export { claim, isTaken, requestEmail } from "./address.ts";
export { request as requestCode } from "./code.ts";
export { disown } from "./disown.ts";
export * as Erasing from "./erasing.ts";
export { all as allMemberships, of as membershipsOf, platform, write as membership } from "./membership.ts";
export { changePassword } from "./profile.ts";
export { resetPassword, signInByCode, verifyAddress } from "./prove.ts";
export * from "./schema.ts";
export { end as endSession, endAll as endSessions, list as listSessions } from "./sessions.ts";

type Made = { memberships?: Organisation.Membership[]; emailVerified?: true };

/** Signs up. Only seeds and operators set `memberships` and `emailVerified`, never a request. 409 `account.email_taken`. */
export const create = async (account: NewAccount & Made, now: number): Promise<Account> => {
  const { email, password, name, locale, memberships = [], emailVerified = false } = account;
  // checked first to save the hash; the condition below decides. It reveals no more than the 409 does
  if (await isTaken(email, now)) throw EmailTaken();
  const userId = Ids.make("usr", now);
  const made = { userId, email, name, ...(locale && { locale }) };
  const login = { userId, password: await Password.hash(password) };
  // Of two parallel sign-ups with one address, the first item's condition lets one transaction through.
  const refusals = await transact([
    claim(email, login, now),
    ...[
      Table.profileItem({ ...made, organiser: Membership.isOrganiser(memberships), emailVerified }, now),
      ...memberships.map((membership) => Table.membershipItem(userId, membership, now)),
    ].map((item) => putNew("Accounts", item)),
  ]);
  if (refusals && failed(refusals, 0)) throw EmailTaken();
  if (refusals) throw Unavailable();
  count("SignedUp");
  return made;
};

/**
 * Signs in. The steps are the same for an e-mail address without an account. 401 `session.invalid_credentials`; 403
 * `session.challenge_required` after many failures from the viewer's address; 429 `session.too_many_attempts` for the account.
 */
export const signIn = async (args: Credentials & { viewer: string; device: string; now: number }): Promise<Session> => {
  const { email, password, challenge, now } = args;
  const account = Throttle.account(email);
  const address = Throttle.address(args.viewer);
  const keys = [Table.emailKey(email), account.Key, address.Key];
  const [item, ofAccount, ofAddress] = await getEach("Accounts", keys);
  if (Throttle.isSpent(account, ofAccount, now)) throw Throttle.tooMany(ofAccount, now);
  const worked = Throttle.hasWorked(email, challenge, now);
  if (!worked && Throttle.isSpent(address, ofAddress, now)) throw Throttle.workRequired(email, now);
  await Throttle.reserve(account, now);
  const login = Table.toLogin(item);
  if (!(await Password.matches(password, login?.password)) || !login?.password) {
    count("SignInFailed");
    // the first 100 of an address get 401. Parallel guesses above that get the proof of work instead, as a right password does below
    if (!(await Throttle.take(address, now)) && !worked) throw Throttle.workRequired(email, now);
    throw InvalidCredentials();
  }
  const [profile, failures] = await getEach("Accounts", [Table.profileKey(login.userId), address.Key]);
  if (!worked && Throttle.isSpent(address, failures, now)) throw Throttle.workRequired(email, now);
  if (!profile || profile.erasing) throw InvalidCredentials();
  await Throttle.forget(account);
  const by = { method: "password", device: args.device } as const;
  const session = await open(Table.toProfile(profile), login.password, Sessions.make(login.userId, by, now));
  if (Password.outdated(login.password)) await renew(email, password, login.password);
  return session;
};

/**
 * Opens a session, if the password is still the account's and the account is not being erased. The removal of a password ends the sessions afterwards, so this condition leaves
 * none behind.
 */
const open = async (
  profile: Table.Profile,
  hash: string,
  session: ReturnType<typeof Sessions.make>,
): Promise<Session> => {
  const isCurrent: TransactItem = {
    ConditionCheck: {
      TableName: table("Accounts"),
      Key: Table.emailKey(profile.email),
      ConditionExpression: "password = :hash",
      ExpressionAttributeValues: { ":hash": hash },
    },
  };
  const refusals = await transact([isCurrent, Sessions.ifNotErasing(profile.userId), session.put]);
  if (refusals && (failed(refusals, 0) || failed(refusals, 1))) throw InvalidCredentials();
  if (refusals) throw Unavailable();
  return session.answer(profile);
};

/**
 * Exchanges a refresh token for a new pair. Within 30 s, while the new pair's refresh token is unused, the spent token gets the same pair
 * again. 401 `session.invalid`, `session.unproven`. Any other use of a spent token revokes its session: 401 `session.reused`.
 */
export const refresh = ({ refreshToken, now }: { refreshToken: string; now: number }): Promise<Session> =>
  Sessions.refresh(refreshToken, profileOf, now);

/** Signs out of the session that the access token belongs to. */
export const signOut = Sessions.close;

/** An account by its id, as last written. Only the named attributes are read, because callers' IAM roles may not read more of these items. */
export const get = async (userId: string): Promise<(Omit<Me, "roles"> & { erasing?: number }) | undefined> => {
  const { Item } = await db().send(
    new GetCommand({
      TableName: table("Accounts"),
      Key: Table.profileKey(userId),
      ProjectionExpression: "userId, email, #name, locale, emailVerified, erasing",
      ConsistentRead: true, // a code is mailed to the present address, also right after a sign-up or a change
      ExpressionAttributeNames: { "#name": "name" },
    }),
  );
  const { erasing } = Item ?? {};
  return Item && { ...Table.toAccount(Item), emailVerified: Item.emailVerified === true, ...(erasing && { erasing }) };
};

/** Accounts by their ids. Those that do not exist (any more) are left out. */
export const many = async (userIds: string[]): Promise<Map<string, Account>> => {
  const items = await getAll("Accounts", [...new Set(userIds)].map(Table.profileKey), { only: Table.shown });
  return new Map(items.map((item) => [item.userId, Table.toAccount(item)]));
};

/** The caller's own account; 401 if it is gone or is being erased. */
export const me = async (userId: string): Promise<Me> => {
  const [profile, memberships] = await Promise.all([profileOf(userId), Membership.of(userId)]);
  if (!profile) throw Unauthorized();
  const organiser = Membership.isOrganiser(memberships);
  // The service that writes memberships may not write accounts, so the token's hint is set here.
  if (organiser !== profile.organiser) await Profile.markOrganiser(userId, organiser);
  return {
    ...Table.toAccount(profile),
    emailVerified: profile.emailVerified === true,
    roles: organiser ? ["admin"] : [],
  };
};

/** Changes name or language; the answer is the changed account. */
export const change = async (userId: string, patch: ProfilePatch): Promise<Me> => {
  await Profile.change(userId, patch);
  return me(userId);
};

const profileOf = async (userId: string): Promise<Table.Profile | undefined> => {
  const item = await getOne("Accounts", Table.profileKey(userId));
  return item?.erasing ? undefined : item && Table.toProfile(item); // an account that is being erased opens no session
};

/** The user id of an e-mail address, in upper or lower case, as last written. The password's hash is not read. */
export const findByEmail = async (email: string): Promise<string | undefined> => {
  const { Item } = await db().send(
    new GetCommand({
      TableName: table("Accounts"),
      Key: Table.emailKey(email),
      ProjectionExpression: "userId, movedTo",
      ConsistentRead: true, // a code may be asked for right after the sign-up
    }),
  );
  return Table.toLogin(Item)?.userId;
};

/** Hashes the password again at the current cost. The condition keeps a password that was changed meanwhile. */
const renew = async (email: string, password: string, old: string): Promise<void> => {
  await conditional({
    TableName: table("Accounts"),
    Key: Table.emailKey(email),
    UpdateExpression: "SET password = :new",
    ConditionExpression: "password = :old",
    ExpressionAttributeValues: { ":new": await Password.hash(password), ":old": old },
  });
};
