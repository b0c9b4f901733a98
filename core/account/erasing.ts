/** The account's part in its erasure: the mark that ends it, and what opens it. core/privacy does the rest. */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { conditional, getOne, send, table } from "#core/lib/dynamo.ts";
import * as Table from "./account.table.ts";
import * as Sessions from "./sessions.ts";

export { forgetCredentials } from "./forget.ts";

/**
 * Marks the account, and ends its sessions. From then on nobody signs in, no session is refreshed, and routes that check the session
 * refuse. False if it was marked before, or is gone: of two requests at the same time the condition lets one through.
 */
export const begin = async (args: { userId: string; forfeit: boolean; now: number }): Promise<boolean> => {
  const { userId, forfeit, now } = args;
  const { written } = await conditional({
    TableName: table("Accounts"),
    Key: Table.profileKey(userId),
    UpdateExpression: `SET erasing = :now${forfeit ? ", forfeit = :true" : ""}`,
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(erasing)",
    ExpressionAttributeValues: { ":now": now, ...(forfeit && { ":true": true }) },
  });
  await Sessions.endAll(userId);
  return written;
};

/** The profile as last written, with its mark. */
export const profile = async (userId: string): Promise<(Table.Profile & { createdAt: number }) | undefined> => {
  const item = await getOne("Accounts", Table.profileKey(userId));
  return item && { ...Table.toProfile(item), createdAt: item.createdAt };
};

/** The last step. Until it, a run that was stopped is done again. */
export const end = async (userId: string): Promise<void> => {
  await send(new DeleteCommand({ TableName: table("Accounts"), Key: Table.profileKey(userId) })); // unconditional, because it must be absent afterwards in any case
};
