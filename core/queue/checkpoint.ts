/**
 * The queue's source of truth in DynamoDB: the ceiling (every ordinal up to it was given to one state of Redis), and a copy of the line
 * every few seconds. This module is loaded lazily, because in a spike only one environment in many needs it.
 */
import type { UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { conditional, getOne, table } from "#core/lib/dynamo.ts";
import { type Checkpoint, checkpointKey, toCheckpoint } from "./queue.table.ts";

/** The checkpoint as it is now; zeros for an event whose queue has had no visitor. */
export const load = async (eventId: string): Promise<Checkpoint> =>
  toCheckpoint(await getOne("Catalog", checkpointKey(eventId)));

export type Block = { from: number; to: number };

/**
 * Gives the `by` ordinals above `from` to this caller alone: the condition lets one of all callers for the same ordinals through.
 * The others get the ceiling as it is.
 */
export const raise = async (args: {
  eventId: string;
  from: number;
  by: number;
}): Promise<{ block: Block } | { ceiling: number }> => {
  const { eventId, from, by } = args;
  const to = from + by;
  const failed = await update(eventId, {
    UpdateExpression: "SET ceiling = :to",
    ConditionExpression: from === 0 ? "attribute_not_exists(ceiling) OR ceiling = :from" : "ceiling = :from",
    ExpressionAttributeValues: { ":from": from, ":to": to },
  });
  return failed ? { ceiling: failed.ceiling } : { block: { from, to } };
};

/** Saves the line as it was at `at`. It never overwrites a later or farther line, so a Redis that was set back in time changes nothing here. */
export const save = async (eventId: string, { ceiling: _, ...line }: Checkpoint): Promise<void> => {
  const names = Object.keys(line); // some of them are reserved words of DynamoDB
  await update(eventId, {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: [
      "(attribute_not_exists(#at) OR #at < :at)",
      "(attribute_not_exists(#serving) OR #serving <= :serving)",
      "(attribute_not_exists(#issued) OR #issued <= :issued)",
    ].join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(line).map(([name, value]) => [`:${name}`, value])),
  });
};

type Change = Pick<
  UpdateCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

/** The item as it is if the condition fails, else undefined. */
const update = async (eventId: string, change: Change): Promise<Checkpoint | undefined> => {
  const { written, item } = await conditional({
    TableName: table("Catalog"),
    Key: checkpointKey(eventId),
    ...change,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  return written ? undefined : toCheckpoint(item);
};
