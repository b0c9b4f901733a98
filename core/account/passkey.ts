/**
 * New passkeys: of a new account instead of a password, or of an account that has up to 20. A browser asks for options, makes the passkey,
 * and sends it with the options' challenge.
 */
import { failed, type Item, putNew, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { Unauthorized, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import * as Accounts from "./account.table.ts";
import * as Account from "./index.ts";
import * as Notice from "./notice.ts";
import * as Table from "./passkey.table.ts";
import * as Challenge from "./passkey-challenge.ts";
import { listedOf, toPasskey } from "./passkeys.ts";
import {
  type CreationOptions,
  EmailTaken,
  type NewPasskey,
  type NewPasskeyAccount,
  type Passkey,
  PasskeyExists,
  PasskeyRefused,
  PasskeyTooMany,
  type PasskeyWanted,
  type Principal,
  SessionEnded,
  type SignedUp,
} from "./schema.ts";
import * as Sessions from "./session.ts";
import * as WebAuthn from "./webauthn.ts";

/** An account's first proof of its address removes all of its passkeys in one request, so there must not be many. */
const maxPasskeys = 20;

/** What a browser needs to make a passkey. 401 without a bearer for an account that exists; 409 `account.email_taken`, `passkey.too_many`. */
export const options = async (args: {
  wanted: PasskeyWanted;
  user: Principal | undefined;
  now: number;
}): Promise<CreationOptions> => {
  const { user, now } = args;
  const { email, name } = args.wanted;
  if (email !== undefined && name !== undefined) {
    // before the device makes a passkey that no account would have. It reveals no more than the sign-up's own 409 does
    if (await Account.isTaken(email, now)) throw EmailTaken();
    const userId = Ids.make("usr", now);
    const challenge = Challenge.pose("signup", userId, now);
    return WebAuthn.creationOptions({ challenge, user: { userId, email, name }, known: [] });
  }
  const [account, listed] = user ? await Promise.all([Account.get(user.userId), listedOf(user.userId)]) : [];
  if (!account || !listed) throw Unauthorized();
  if (listed.length >= maxPasskeys) throw PasskeyTooMany();
  const challenge = Challenge.pose("add", account.userId, now);
  return WebAuthn.creationOptions({ challenge, user: account, known: listed.map(({ credentialId }) => credentialId) });
};

/** The passkey that a browser has made for our challenge. */
const made = async (
  { credential }: NewPasskey,
  purpose: "signup" | "add",
  now: number,
): Promise<Table.Passkey | undefined> => {
  const spent = await Challenge.spend(credential.response.clientDataJSON, purpose, now);
  if (!spent?.userId) return undefined;
  return WebAuthn.verifyCreation(credential, { challenge: spent.challenge, userId: spent.userId });
};

const put = (item: Item): TransactItem => putNew("Accounts", item);

/**
 * Signs up with a passkey, and opens a session in the same transaction. 409 `account.email_taken`, `passkey.exists`; 422 `passkey.refused`.
 */
export const signUp = async (args: NewPasskeyAccount & { device: string; now: number }): Promise<SignedUp> => {
  const { passkey: given, device, now, ...account } = args;
  if (await Account.isTaken(account.email, now)) throw EmailTaken(); // before the challenge is used up
  const passkey = await made(given, "signup", now);
  if (!passkey) throw PasskeyRefused();
  const { userId } = passkey;
  const profile = { userId, ...account };
  const session = Sessions.make(userId, { method: "passkey", device }, now);
  // of two parallel sign-ups with one address, the first item's condition lets one transaction through
  const refusals = await transact([
    Account.claim(account.email, { userId }, now),
    ...Table.items(passkey, given.name, now).map(put),
    put(Accounts.profileItem(profile, now)),
    put({ ...Table.stateKey(userId), count: 1 }),
    session.put,
  ]);
  if (refusals && failed(refusals, 0)) throw EmailTaken();
  if (refusals && failed(refusals, 1)) throw PasskeyExists();
  if (refusals) throw Unavailable();
  count("SignedUp");
  return { ...profile, session: session.answer(profile) };
};

/**
 * Adds a passkey to the bearer's account. 401 `session.ended`; 409 `passkey.exists`, `passkey.too_many`; 422 `passkey.refused`.
 */
export const add = async (args: NewPasskey & { user: Principal; now: number }): Promise<Passkey> => {
  const { user, now, ...given } = args;
  const [passkey, account] = await Promise.all([made(given, "add", now), Account.get(user.userId)]);
  if (!account) throw Unauthorized();
  if (passkey?.userId !== user.userId) throw PasskeyRefused();
  const noticed = await Notice.announce({ of: "passkey", userId: user.userId, email: account.email }, now);
  const refusals = await transact([
    ...Table.items(passkey, given.name, now).map(put),
    counted(user.userId, now),
    // the removal of all passkeys ends or marks the sessions afterwards: an ended session leaves no passkey behind
    Sessions.ifOpen(user, now),
    noticed,
  ]);
  if (refusals && (failed(refusals, 0) || failed(refusals, 1))) throw PasskeyExists();
  if (refusals && failed(refusals, 3)) throw SessionEnded();
  if (refusals && failed(refusals, 2)) throw refusals[2]?.item?.removingUntil > now ? SessionEnded() : PasskeyTooMany();
  if (refusals) throw Unavailable();
  return toPasskey({ credentialId: passkey.credentialId, name: given.name, createdAt: now });
};

/** Of any number of passkeys that are added in parallel, the condition lets through what is left of 20, and none while all are removed. */
const counted = (userId: string, now: number): TransactItem => ({
  Update: {
    TableName: table("Accounts"),
    Key: Table.stateKey(userId),
    UpdateExpression: "ADD #count :one",
    ConditionExpression:
      "(attribute_not_exists(#count) OR #count < :most) AND (attribute_not_exists(removingUntil) OR removingUntil <= :now)",
    ExpressionAttributeNames: { "#count": "count" },
    ExpressionAttributeValues: { ":one": 1, ":most": maxPasskeys, ":now": now },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
