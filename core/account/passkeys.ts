/** An account's passkeys: listed, and removed. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { iso } from "#core/lib/clock.ts";
import { db, failed, getOne, table, transact } from "#core/lib/dynamo.ts";
import { Unauthorized, Unavailable } from "#core/lib/errors.ts";
import * as Accounts from "./account.table.ts";
import * as Table from "./passkey.table.ts";
import {
  type Passkey,
  PasskeyLast,
  type PasskeyList,
  PasskeyNotFound,
  type Principal,
  SessionEnded,
} from "./schema.ts";
import { ifOpen } from "./session.ts";

export const listedOf = async (userId: string): Promise<Table.Listed[]> => {
  const { pk, sk } = Table.listedKey(userId, "");
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :passkeys)",
      ExpressionAttributeValues: { ":pk": pk, ":passkeys": sk },
      ConsistentRead: true,
    }),
  );
  return Items.map(Table.toListed);
};

export const toPasskey = ({ credentialId, name, createdAt, lastUsedAt }: Table.Listed): Passkey => ({
  passkeyId: credentialId,
  name,
  createdAt: iso(createdAt),
  ...(lastUsedAt && { lastUsedAt: iso(lastUsedAt) }),
});

export const list = async ({ userId }: Principal): Promise<PasskeyList> => ({
  items: (await listedOf(userId)).map(toPasskey),
});

/**
 * Removes a passkey. 401 `session.ended`; 404 `passkey.not_found`; 409 `passkey.last` if the account has no other way to sign in.
 */
export const remove = async (user: Principal, credentialId: string, now: number): Promise<void> => {
  const { userId } = user;
  const other = await otherWay(userId);
  const names = { "#count": "count" };
  const refusals = await transact([
    ...Table.keys(userId, credentialId).map((Key) => ({
      Delete: {
        ...{ TableName: table("Accounts"), Key, ConditionExpression: "userId = :userId" },
        ExpressionAttributeValues: { ":userId": userId },
      },
    })),
    {
      Update: {
        ...{ TableName: table("Accounts"), Key: Table.stateKey(userId), ExpressionAttributeNames: names },
        UpdateExpression: "ADD #count :less",
        // of two last passkeys that are removed in parallel, one stays
        ...(!other && { ConditionExpression: "#count > :one" }),
        ExpressionAttributeValues: { ":less": -1, ...(!other && { ":one": 1 }) },
      },
    },
    ifOpen(user, now), // a session that its owner ends at this moment takes no passkey away
    ...(other ? [{ ConditionCheck: other }] : []),
  ]);
  if (refusals && failed(refusals, 3)) throw SessionEnded();
  if (refusals && (failed(refusals, 0) || failed(refusals, 1))) throw PasskeyNotFound();
  if (refusals && failed(refusals, 2)) throw PasskeyLast();
  if (refusals) throw Unavailable();
};

/** The condition on another way to sign in than by passkey: a code to a proven address, or a password. Undefined if there is none. */
const otherWay = async (userId: string) => {
  const TableName = table("Accounts");
  const profile = await getOne("Accounts", Accounts.profileKey(userId));
  if (!profile) throw Unauthorized();
  if (profile.emailVerified)
    return { TableName, Key: Accounts.profileKey(userId), ConditionExpression: "attribute_exists(emailVerified)" };
  const login = await getOne("Accounts", Accounts.emailKey(profile.email));
  if (login?.userId !== userId || !login.password) return undefined;
  return { TableName, Key: Accounts.emailKey(profile.email), ConditionExpression: "attribute_exists(password)" };
};
