/** Counts the holds that were refused because a seat was taken. The count is kept in memory, and added to the event's figures every few seconds. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { send, table } from "#core/lib/dynamo.ts";
import { count } from "#core/lib/metrics.ts";
import { statsKey } from "./order.table.ts";

/** ms between two writes of one environment for one event. */
const writeEveryMs = 3_000;

const counted = new Map<string, { since: number; conflicts: number }>();

/** One hold was refused for a taken seat. Only such a request waits for the write; a success never does. */
export const conflict = async (eventId: string, now: number): Promise<void> => {
  count("HoldConflict");
  const entry = counted.get(eventId) ?? { since: 0, conflicts: 0 };
  const conflicts = entry.conflicts + 1;
  const due = now - entry.since >= writeEveryMs;
  counted.set(eventId, due ? { since: now, conflicts: 0 } : { ...entry, conflicts });
  if (!due) return;
  await send(
    new UpdateCommand({
      TableName: table("Catalog"),
      Key: statsKey(eventId),
      // There is no condition: every environment adds its own count, and ADD never loses one.
      UpdateExpression: "ADD conflicts :conflicts",
      ExpressionAttributeValues: { ":conflicts": conflicts },
    }),
  );
};
