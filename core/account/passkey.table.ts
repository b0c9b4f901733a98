/** Passkeys in the Accounts table: keys, and items ↔ objects. */
import type { Item } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Key, profileKey } from "./account.table.ts";

/** The two items of a passkey: for a sign-in, and for its account's list. They are always written in one transaction. */
export const key = (credentialId: string): Key => ({ pk: `PASSKEY#${credentialId}`, sk: "PASSKEY" });
export const listedKey = (userId: string, credentialId: string): Key => ({
  pk: profileKey(userId).pk,
  sk: `PASSKEY#${credentialId}`,
});
export const keys = (userId: string, credentialId: string): [Key, Key] => [
  key(credentialId),
  listedKey(userId, credentialId),
];

/** `count`: how many passkeys an account has. `removingUntil`: until when none may be added, because all are being removed. */
export const stateKey = (userId: string): Key => ({ pk: profileKey(userId).pk, sk: "PASSKEYS" });

/** A challenge that was used. */
export const challengeKey = (challenge: string): Key => ({
  pk: `CHALLENGE#${Ids.sha256(challenge)}`,
  sk: "CHALLENGE",
});

/** What a sign-in needs. `publicKey`: a COSE key in base64url. `counter`: the authenticator's count of signatures, or always 0. */
export type Passkey = { credentialId: string; userId: string; publicKey: string; counter: number };
export const toPasskey = (item: Item): Passkey => ({
  credentialId: item.pk.slice("PASSKEY#".length),
  userId: item.userId,
  publicKey: item.publicKey,
  counter: item.counter,
});

/** Times in epoch ms. */
export type Listed = { credentialId: string; name: string; createdAt: number; lastUsedAt?: number };
export const toListed = (item: Item): Listed => ({
  credentialId: item.sk.slice("PASSKEY#".length),
  name: item.name,
  createdAt: item.createdAt,
  ...(item.lastUsedAt && { lastUsedAt: item.lastUsedAt }),
});

export const items = ({ credentialId, ...passkey }: Passkey, name: string, now: number): [Item, Item] => [
  { ...key(credentialId), ...passkey },
  { ...listedKey(passkey.userId, credentialId), userId: passkey.userId, name, createdAt: now },
];
