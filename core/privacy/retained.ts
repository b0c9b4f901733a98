/**
 * What the law makes us keep of an erased account (docs/privacy.md): who the contracts and payments under its pseudonymous id were with. It
 * is encrypted with a key of its own, which no service has that answers requests, and has an end.
 */
import { createHash } from "node:crypto";
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { CompactEncrypt, compactDecrypt } from "jose";
import { keyOf, keysOf, link } from "#core/lib/config.ts";
import { conditional, sendIf, table } from "#core/lib/dynamo.ts";
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
  await sendIf(new PutCommand({ TableName: table("Accounts"), Item, ConditionExpression: "attribute_not_exists(pk)" }));
};

/**
 * For an operator. Each look is written on the item and to the log: who, why, when. Undefined if there is nothing. What has ended is deleted
 * instead of shown.
 */
export const open = async (args: { userId: string; by: string; now: number }): Promise<Retained | undefined> => {
  const { userId, by, now } = args;
  const of = { TableName: table("Accounts"), Key: keyFor(userId), ExpressionAttributeNames: { "#until": "until" } };
  const { written, item } = await conditional({
    ...of,
    UpdateExpression: "SET looks = list_append(if_not_exists(looks, :none), :look)",
    ConditionExpression: "#until > :now", // an update of an absent item would make one
    ExpressionAttributeValues: { ":none": [], ":look": [{ by, at: now }], ":now": now },
    ReturnValues: "ALL_NEW",
  });
  logger.warn("retained", { operation: "retained", userId, by, outcome: written ? "read" : "nothing" });
  if (written && item) return decrypt(item.jwe);
  const ConditionExpression = "attribute_not_exists(pk) OR #until <= :now"; // an erasure may write one at this moment
  await sendIf(new DeleteCommand({ ...of, ConditionExpression, ExpressionAttributeValues: { ":now": now } }));
  return undefined;
};

const decrypt = async (jwe: string): Promise<Retained> => {
  for (const secret of keysOf("PrivacyKey")) {
    const opened = await compactDecrypt(jwe, aes(secret)).catch(() => undefined);
    if (opened) return JSON.parse(Buffer.from(opened.plaintext).toString());
  }
  throw new Error("PrivacyKey has no key that opens it.");
};
