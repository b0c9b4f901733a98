/**
 * Sign-in by passkey, in three requests to DynamoDB: the challenge is used up, account and passkey are read, and the session is written.
 * It hashes no password, and a lock by wrong passwords does not stop it.
 */
import { failed, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { getEach } from "#core/lib/dynamo-batch.ts";
import { Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Accounts from "./account.table.ts";
import * as Table from "./passkey.table.ts";
import * as Challenge from "./passkey-challenge.ts";
import { PasskeyInvalid, type RequestOptions, type Session, type SignedCredential } from "./schema.ts";
import * as Sessions from "./session.ts";
import * as WebAuthn from "./webauthn.ts";

/** What a browser needs to sign in. Nothing is read or written. */
export const signInOptions = (now: number): RequestOptions =>
  WebAuthn.requestOptions(Challenge.pose("signin", undefined, now));

/** Signs in. 401 `passkey.invalid`, the same for each reason. */
export const signIn = async (args: { credential: SignedCredential; device: string; now: number }): Promise<Session> => {
  const { credential, device, now } = args;
  const spent = await Challenge.spend(credential.response.clientDataJSON, "signin", now);
  if (!spent) throw refused("challenge");
  const { profile, passkey } = await find(credential);
  if (!profile || !passkey) throw refused("unknown");
  const counter = await WebAuthn.verifySignature(credential, { challenge: spent.challenge, passkey });
  if (counter === undefined) throw refused("wrong");
  const session = Sessions.make(profile.userId, { method: "passkey", device }, now);
  const refusals = await transact([...used(passkey, counter, now), Sessions.ifNotErasing(profile.userId), session.put]);
  if (refusals && failed(refusals, 0) && refusals[0]?.item) {
    // two devices have the same key: it was copied out of one of them
    logger.warn("passkey", { operation: "sign in", userId: profile.userId, outcome: "counter went back", counter });
    throw refused("counter");
  }
  if (refusals && [0, 1, 2].some((at) => failed(refusals, at))) throw refused("removed");
  if (refusals) throw Unavailable();
  return session.answer(profile);
};

/** The account that the device names, and the passkey, if it is that account's. */
const find = async ({ id, response }: SignedCredential) => {
  const userId = Buffer.from(response.userHandle, "base64url").toString();
  if (!Ids.pattern("usr").test(userId)) return {};
  const [profile, item] = await getEach("Accounts", [Accounts.profileKey(userId), Table.key(id)]);
  if (profile?.erasing) return {};
  if (!profile || item?.userId !== userId) return {};
  return { profile: Accounts.toProfile(profile), passkey: Table.toPasskey(item) };
};

/**
 * Both items must still be there, so that no session is opened after all passkeys were removed. The counter must grow, if the device has one:
 * of two sign-ins with one count the condition lets one through.
 */
const used = ({ credentialId, userId }: Table.Passkey, counter: number, now: number): TransactItem[] => [
  {
    Update: {
      TableName: table("Accounts"),
      Key: Table.key(credentialId),
      UpdateExpression: "SET #counter = :counter",
      ConditionExpression: `userId = :userId AND #counter ${counter === 0 ? "=" : "<"} :counter`,
      ExpressionAttributeNames: { "#counter": "counter" },
      ExpressionAttributeValues: { ":counter": counter, ":userId": userId },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  },
  {
    Update: {
      TableName: table("Accounts"),
      Key: Table.listedKey(userId, credentialId),
      UpdateExpression: "SET lastUsedAt = :now",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: { ":now": now },
    },
  },
];

const refused = (reason: string) => {
  count("SignInFailed");
  logger.info("passkey", { operation: "sign in", outcome: reason });
  return PasskeyInvalid();
};
