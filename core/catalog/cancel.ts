/** The writes of a cancellation on its event. core/fanout ends the orders. */
import { conditional, type TransactItem, table } from "#core/lib/dynamo.ts";
import { metaKey } from "./catalog.table.ts";
import type { Cancelled, Event } from "./schema.ts";

/**
 * The event is cancelled for good, or its cancelled orders are worked on once more. `before`: the event as it was read. The conditions
 * let one of two cancellations through, and one of two retries.
 */
export const cancelItem = (before: Event, wanted: Cancelled): TransactItem => {
  const { cancelled } = before;
  const { at, by, reason } = cancelled ?? wanted;
  return {
    Update: {
      TableName: table("Catalog"),
      Key: metaKey(before.eventId),
      UpdateExpression: "SET cancelled = :cancelled, #set = :closed",
      ConditionExpression: cancelled
        ? "cancelled.run = :before"
        : "attribute_exists(pk) AND attribute_not_exists(draft) AND attribute_not_exists(cancelled)",
      ExpressionAttributeNames: { "#set": "set" },
      ExpressionAttributeValues: {
        ":cancelled": { at, by, reason, run: wanted.run },
        ":closed": "closed",
        ...(cancelled && { ":before": cancelled.run }),
      },
    },
  };
};

/** Notes that pass `pass` of this run has begun, or that the run is finished. Another run, or a later pass, is never set back. */
export const passed = async (eventId: string, run: string, { pass, finished }: { pass: number; finished: boolean }) => {
  await conditional({
    TableName: table("Catalog"),
    Key: metaKey(eventId),
    UpdateExpression: `SET cancelled.pass = :pass${finished ? ", cancelled.finished = :true" : ""}`,
    ConditionExpression: "cancelled.run = :run AND (attribute_not_exists(cancelled.pass) OR cancelled.pass < :pass)",
    ExpressionAttributeValues: { ":run": run, ":pass": pass, ...(finished && { ":true": true }) },
  });
};
