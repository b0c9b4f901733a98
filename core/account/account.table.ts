/**
 * The Accounts table as core/account uses it: keys, and items ↔ objects. IAM can only distinguish items by their partition key. So identity
 * (`ACCOUNT#`, `EMAIL#`, `PASSKEY#` with `CHALLENGE#`), codes (`CODE#`, `CODES#`), changes (`CHANGE#`), roles (`MEMBER#`), failed sign-ins (`FAILURES#`) and the
 * wallet (`USER#`, in core/wallet) each have their own.
 */
import type { Item } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import type { Membership } from "#core/organisation/schema.ts";
import type { Account, Method, Purpose } from "./schema.ts";

export type Key = { pk: string; sk: string };

export const profileKey = (userId: string): Key => ({ pk: `ACCOUNT#${userId}`, sk: "PROFILE" });
export const sessionKey = (userId: string, sessionId: string): Key => ({
  pk: `ACCOUNT#${userId}`,
  sk: `SESSION#${sessionId}`,
});

export const membershipKey = (userId: string, organisationId: string): Key => ({
  pk: `MEMBER#${userId}`,
  sk: `ORGANISATION#${organisationId}`,
});

export const codeKey = (codeId: string): Key => ({ pk: `CODE#${codeId}`, sk: "CODE" });
/** The codes that an account was given in the last hour. Those that a reader of its mailbox asked for are in a list of their own. */
export const codesKey = (userId: string, byReader = false): Key => ({
  pk: `CODES#${userId}`,
  sk: byReader ? "CODES#READER" : "CODES",
});

/** Says that a change of an account was written, for the notice about it. */
export const changeKey = (changeId: string): Key => ({ pk: `CHANGE#${changeId}`, sk: "CHANGE" });
export const changeItem = (changeId: string): Item => ({
  ...changeKey(changeId),
  expires: ttl(Ids.madeAt(changeId) + undoMs),
});

/** Addresses are ASCII (see the schema), so lower case is unambiguous. */
export const emailKey = (email: string): Key => ({ pk: `EMAIL#${email.toLowerCase()}`, sk: "EMAIL" });

/** Failed sign-ins of an account or an address. The subject is hashed, because nothing needs to read it back. */
export const failuresKey = (subject: string): Key => ({ pk: `FAILURES#${Ids.sha256(subject)}`, sk: "FAILURES" });

/** DynamoDB's TTL, in seconds. DynamoDB deletes within days, so this only saves storage, and no condition uses it. */
export const ttl = (ms: number): number => Math.ceil(ms / 1000);

/** ms in which "this was not me" undoes a change, and in which an account's former address is kept for it. */
export const undoMs = 7 * 86_400_000;

/** The password's hash is here, because only a sign-in reads this item. Mails and pages read the profile. The first proof removes it. */
export type Login = { userId: string; password?: string };
export const loginItem = (email: string, login: Login): Item => ({ ...emailKey(email), ...login });
/** Undefined for an address that the account has left: nobody signs in by it. */
export const toLogin = (item: Item | undefined): Login | undefined =>
  item && item.movedTo === undefined ? { userId: item.userId, password: item.password } : undefined;

/** An address that an account has left for `movedTo`. Until `until` (epoch ms) the change can be undone, and nobody else gets the address. */
export type Left = { userId: string; movedTo: string; until: number };
export const leftItem = (email: string, left: Left): Item => ({
  ...emailKey(email),
  ...left,
  expires: ttl(left.until),
});
/** Undefined for a login. */
export const toLeft = (item: Item | undefined): Left | undefined =>
  item?.movedTo && { userId: item.userId, movedTo: item.movedTo, until: item.until };
export const isTaken = (item: Item | undefined, now: number): boolean =>
  item !== undefined && !(item.movedTo !== undefined && item.until <= now);
/** `isTaken` as a condition: of two writers of one address it lets one through. */
export const ifFree = (now: number) => ({
  ConditionExpression: "attribute_not_exists(pk) OR (attribute_exists(movedTo) AND #until <= :now)",
  ExpressionAttributeNames: { "#until": "until" },
  ExpressionAttributeValues: { ":now": now },
});
/** When the account's address was changed in the last seven days (epoch ms), without the changes that were undone. */
export const toMoves = (profile: Item, now: number): number[] =>
  (profile.moves ?? []).filter((at: number) => at > now - undoMs);

/**
 * - `organiser`: it is a member of an organisation. This is a hint for the access token, and the memberships decide
 * - `emailVerified`: a code that was mailed to the address was entered
 * - `formerEmails`: earlier addresses, whose items are kept for some days
 * - `erasing`: when its owner erased it (epoch ms)
 * - `forfeit`: its owner gave the balance up
 */
export type Profile = Account & {
  organiser?: boolean;
  emailVerified?: boolean;
  formerEmails?: string[];
  erasing?: number;
  forfeit?: boolean;
};
export const profileItem = ({ organiser, emailVerified, ...account }: Profile, now: number): Item => ({
  ...profileKey(account.userId),
  ...account,
  ...(organiser && { organiser }),
  ...(emailVerified && { emailVerified }),
  createdAt: now,
});
export const toProfile = (item: Item): Profile => ({
  ...toAccount(item),
  organiser: item.organiser === true,
  emailVerified: item.emailVerified === true,
  formerEmails: item.formerEmails ?? [],
  forfeit: item.forfeit === true,
  ...(item.erasing && { erasing: item.erasing }),
});
/** What organisers see of an account. */
export const shown = ["userId", "email", "name"];
export const toAccount = (item: Item): Account => ({
  userId: item.userId,
  email: item.email,
  name: item.name,
  ...(item.locale && { locale: item.locale }),
});

export const membershipItem = (userId: string, { organisationId, role }: Membership, now: number): Item => ({
  ...membershipKey(userId, organisationId),
  userId,
  organisationId,
  role,
  since: now,
});
export const toMembership = (item: Item): Membership => ({ organisationId: item.organisationId, role: item.role });

/** `family` and `current` are SHA-256 of the refresh token's two secrets (see session.ts); `until` and `refreshedAt` in epoch ms. */
export type SessionItem = {
  family: string;
  current: string;
  until: number;
  /** When `current` was written, if that was a refresh. */
  refreshedAt?: number | undefined;
  revoked?: boolean;
  /** How its user signed in, and with which device: the User-Agent, at most 200 characters. */
  method: Method;
  device: string;
  /** The address was proven elsewhere without this session, so it is not refreshed until a code is entered in it. */
  unproven?: boolean;
};
export const sessionItem = (userId: string, sessionId: string, session: SessionItem): Item => ({
  ...sessionKey(userId, sessionId),
  ...session,
  device: session.device.slice(0, 200),
  expires: ttl(session.until),
});
export const toSession = (item: Item): SessionItem => ({
  family: item.family,
  current: item.current,
  until: item.until,
  refreshedAt: item.refreshedAt,
  revoked: item.revoked === true,
  unproven: item.unproven === true,
  method: item.method,
  device: item.device,
});
export const sessionIdOf = (item: Item): string => item.sk.slice("SESSION#".length);
/** Whether a session may still be used: it exists, is not over, was not revoked, and is one of its account's owner as far as we know. */
export const isOpen = (item: Item | undefined, now: number): boolean =>
  item !== undefined && item.until > now && !item.revoked && !item.unproven;

/** A code that was mailed to `email`, the account's address. The code itself follows from its id (see code.ts). */
export type Code = { codeId: string; userId: string; email: string; purpose: Purpose; until: number };
export const codeItem = (code: Code): Item => ({
  ...codeKey(code.codeId),
  ...code,
  tries: 0,
  expires: ttl(code.until),
});
export const toCode = (item: Item): Code => ({
  codeId: item.codeId,
  userId: item.userId,
  email: item.email,
  purpose: item.purpose,
  until: item.until,
});

export const codesItem = (key: Key, codeIds: string[], until: number): Item => ({
  ...key,
  codeIds,
  expires: ttl(until),
});
export const toCodeIds = (item: Item | undefined): string[] => item?.codeIds ?? [];
