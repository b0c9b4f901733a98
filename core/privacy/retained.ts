/**
 * What the law makes us keep of an erased account (docs/privacy.md): who the contracts and payments under its pseudonymous id were with. It
 * is encrypted with a key of its own, which no service has that answers requests, and has an end.
 */
import { createHash } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { CompactEncrypt, compactDecrypt } from "jose";
import { keyOf, keysOf, link } from "#core/lib/config.ts";
import { db, send, table } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";

export type Retained = {
  userId: string;
  email: string;
  formerEmails: string[];
  name: string;
  /** Epoch ms. */
  createdAt: number;
  erasedAt: number;
  /** By order id, where an order's e-mails went to another address. */
  mailTo: Record<string, string>;
};

const keyFor = (userId: string) => ({ pk: `RETAINED#${userId}`, sk: "RETAINED" });
const yearMs = 365.25 * 86_400_000;

/** A secret of any length as a key of A256GCM. */
const aes = (secret: string): Uint8Array => createHash("sha256").update(secret).digest();

/** Writes it once: a run that comes again finds less than the first one, so it must not overwrite it. */
export const keep = async (retained: Retained, now: number): Promise<void> => {
  const until = Math.round(now + link("Settings").retainYears * yearMs);
  if (until <= now) return;
  const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(retained)))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .encrypt(aes(keyOf("PrivacyKey")));
  const Item = { ...keyFor(retained.userId), jwe, until, expires: Math.ceil(until / 1000) };
  try {
    await send(new PutCommand({ TableName: table("Accounts"), Item, ConditionExpression: "attribute_not_exists(pk)" }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

/** For an operator, who is written to the log. Undefined if there is nothing. What has ended is deleted instead of shown. */
export const open = async (args: { userId: string; by: string; now: number }): Promise<Retained | undefined> => {
  const { userId, by, now } = args;
  const Key = keyFor(userId);
  const { Item } = await db().send(new GetCommand({ TableName: table("Accounts"), Key, ConsistentRead: true }));
  const outcome = Item === undefined ? "nothing" : Item.until <= now ? "ended" : "read";
  logger.warn("retained", { operation: "retained", userId, by, outcome });
  if (outcome === "ended") await send(new DeleteCommand({ TableName: table("Accounts"), Key })); // unconditional: it is not written again
  return Item && outcome === "read" ? decrypt(Item.jwe) : undefined;
};

const decrypt = async (jwe: string): Promise<Retained> => {
  for (const secret of keysOf("PrivacyKey")) {
    const opened = await compactDecrypt(jwe, aes(secret)).catch(() => undefined);
    if (opened) return JSON.parse(Buffer.from(opened.plaintext).toString());
  }
  throw new Error("PrivacyKey has no key that opens it.");
};
