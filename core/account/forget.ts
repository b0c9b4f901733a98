/** Removes what an account can be entered with. */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { send, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import * as Table from "./account.table.ts";
import * as Passkeys from "./passkey.table.ts";
import { listedOf } from "./passkeys.ts";
import * as Sessions from "./sessions.ts";

/** ms in which no credential may be added: longer than a function runs, so that a removal that crashed does not block the account. */
const removingMs = 60_000;

type Owner = { userId: string; email: string };

/**
 * Removes an account's password and passkeys, and then ends its sessions. In this order: a sign-in writes its session only if its password or
 * passkey is still there, so no session is opened after the sessions were looked through. Until then no session may add a passkey, set a
 * password or change the address. It can be run again.
 *
 * `unless`: a condition on the account under which nothing is removed any more. False if it held, or if the account has another address.
 */
export const forgetCredentials = async (
  { userId, email }: Owner,
  now: number,
  sessions: (userId: string) => Promise<void> = Sessions.endAll,
  unless: TransactItem[] = [],
): Promise<boolean> => {
  const removed = await transact([
    {
      Update: {
        TableName: table("Accounts"),
        Key: Table.emailKey(email),
        UpdateExpression: "REMOVE password",
        // the address may be another account's by now, or this account may have left it
        ConditionExpression: "userId = :userId AND attribute_not_exists(movedTo)",
        ExpressionAttributeValues: { ":userId": userId },
      },
    },
    {
      Update: {
        TableName: table("Accounts"),
        Key: Passkeys.stateKey(userId),
        UpdateExpression: "SET removingUntil = :until", // unconditional: a removal that runs already needs it just as well
        ExpressionAttributeValues: { ":until": now + removingMs },
      },
    },
    ...unless,
  ]);
  if (removed?.some(({ code }) => code === "ConditionalCheckFailed")) return false;
  if (removed) throw Unavailable();
  await removePasskeys(userId);
  await sessions(userId);
  // unconditional, because there is nothing left to count
  await send(new DeleteCommand({ TableName: table("Accounts"), Key: Passkeys.stateKey(userId) }));
  return true;
};

/** The condition that no such removal is under way, for a transaction that gives the account another credential. */
export const ifNotRemoving = (userId: string, now: number): TransactItem => ({
  ConditionCheck: {
    TableName: table("Accounts"),
    Key: Passkeys.stateKey(userId),
    ConditionExpression: "attribute_not_exists(removingUntil) OR removingUntil <= :now",
    ExpressionAttributeValues: { ":now": now },
  },
});

const removePasskeys = async (userId: string): Promise<void> => {
  for (const { credentialId } of await listedOf(userId)) {
    const keys = Passkeys.keys(userId, credentialId);
    // unconditional, because both items must be absent afterwards in any case
    if (await transact(keys.map((Key) => ({ Delete: { TableName: table("Accounts"), Key } })))) throw Unavailable();
  }
};
