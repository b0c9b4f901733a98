/**
 * Challenges of WebAuthn, each valid for five minutes and once. A challenge is a signed token with its purpose and user, so nothing is
 * stored when it is made. Its hash is stored when it is used.
 */
import { conditional, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign, verify } from "#core/lib/tokens.ts";
import { ttl } from "./account.table.ts";
import * as Table from "./passkey.table.ts";

export const challengeMs = 5 * 60_000;

/** What is signed with it: a sign-in, a new account's first passkey, or another passkey of an account. */
type Purpose = "signin" | "signup" | "add";

/** A new challenge in base64url, as browsers take it. `userId`: whose passkey is made. A sign-in's user is unknown yet. */
export const pose = (purpose: Purpose, userId: string | undefined, now: number): string => {
  const nonce = Ids.random(16).toString("base64url");
  const claims = { act: purpose, nonce, ...(userId && { sub: userId }) };
  return Buffer.from(sign("passkey", claims, now + challengeMs)).toString("base64url");
};

/** The challenge in what a browser had signed (`clientDataJSON` in base64url). */
const challengeIn = (clientDataJSON: string): string | undefined => {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString());
    return typeof challenge === "string" ? challenge : undefined;
  } catch {
    return undefined; // it is no JSON
  }
};

/**
 * Uses a challenge up, before anything that was signed with it is verified. Undefined if it is not ours, has expired, has another purpose,
 * or was used before: of parallel uses the condition lets one through.
 */
export const spend = async (
  clientDataJSON: string,
  purpose: Purpose,
  now: number,
): Promise<{ challenge: string; userId: string | undefined } | undefined> => {
  const challenge = challengeIn(clientDataJSON);
  if (challenge === undefined) return undefined;
  const token = Buffer.from(challenge, "base64url").toString();
  const claims = verify<{ act: Purpose; sub?: string }>("passkey", token, now);
  if (claims?.act !== purpose) return undefined;
  const { written } = await conditional({
    TableName: table("Accounts"),
    Key: Table.challengeKey(token),
    UpdateExpression: "SET usedBy = :use, expires = :ttl",
    // if the SDK sends it again because the answer was lost, the condition accepts what the first try wrote
    ConditionExpression: "attribute_not_exists(pk) OR usedBy = :use",
    ExpressionAttributeValues: { ":use": Ids.random(16).toString("base64url"), ":ttl": ttl(now + challengeMs) },
  });
  return written ? { challenge, userId: claims.sub } : undefined;
};
