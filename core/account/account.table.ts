/**
 * The Accounts table as core/account uses it: keys, and items ↔ objects. IAM can only distinguish items by their partition key. So identity
 * (`ACCOUNT#`, `EMAIL#`), roles (`MEMBER#`), failed sign-ins (`FAILURES#`) and the wallet (`USER#`, in core/wallet) each have their own.
 */
import type { Item } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import type { Account } from "./schema.ts";

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

/** Addresses are ASCII (see the schema), so lower case is unambiguous. */
export const emailKey = (email: string): Key => ({ pk: `EMAIL#${email.toLowerCase()}`, sk: "EMAIL" });

/** Failed sign-ins of an account or an address. The subject is hashed, because nothing needs to read it back. */
export const failuresKey = (subject: string): Key => ({ pk: `FAILURES#${Ids.sha256(subject)}`, sk: "FAILURES" });

/** DynamoDB's TTL, in seconds. DynamoDB deletes within days, so this only saves storage, and no condition uses it. */
export const ttl = (ms: number): number => Math.ceil(ms / 1000);

/** The password's hash is here, because only a sign-in reads this item. Mails and pages read the profile. */
export type Login = { userId: string; password: string };
export const loginItem = (email: string, login: Login): Item => ({ ...emailKey(email), ...login });
export const toLogin = (item: Item): Login => ({ userId: item.userId, password: item.password });

/** `organiser`: was made with a role that opens organisers' routes. It is a hint for the access token; the memberships decide. */
export type Profile = Account & { organiser?: boolean };
export const profileItem = ({ organiser, ...account }: Profile, now: number): Item => ({
  ...profileKey(account.userId),
  ...account,
  ...(organiser && { organiser }),
  createdAt: now,
});
export const toProfile = (item: Item): Profile => ({ ...toAccount(item), organiser: item.organiser === true });
export const toAccount = (item: Item): Account => ({
  userId: item.userId,
  email: item.email,
  name: item.name,
  ...(item.locale && { locale: item.locale }),
});

export type Role = "owner" | "manager" | "box-office" | "entrance";
export type Membership = { organisationId: string; role: Role };
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
};
export const sessionItem = (userId: string, sessionId: string, session: SessionItem): Item => ({
  ...sessionKey(userId, sessionId),
  ...session,
  expires: ttl(session.until),
});
export const toSession = (item: Item): SessionItem => ({
  family: item.family,
  current: item.current,
  until: item.until,
  refreshedAt: item.refreshedAt,
  revoked: item.revoked === true,
});
/** Whether a session may still be used: it exists, is not over, was not revoked, and is one of its account's owner as far as we know. */
export const isOpen = (item: Item | undefined, now: number): boolean =>
  item !== undefined && item.until > now && !item.revoked && !item.unproven;
