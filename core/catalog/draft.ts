/** A draft is published, or deleted. */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { failed, getOne, type Item, sendIf, table, transact } from "#core/lib/dynamo.ts";
import { deleteAll } from "#core/lib/dynamo-batch.ts";
import { invalid, maxFaults, Unavailable } from "#core/lib/errors.ts";
import * as Log from "#core/log/index.ts";
import { isDeleted, type Meta, metaKey, planKey, seedKey, toMeta } from "./catalog.table.ts";
import { type Author, write } from "./edit.ts";
import { forget, freshMeta } from "./event.ts";
import { factFaults, type Refusal } from "./facts.ts";
import * as Listing from "./listing.ts";
import { type Event, EventIsPublished, EventNotFound, organisationOf } from "./schema.ts";
import { toUpdate } from "./update.ts";

/**
 * Publishes a draft: it is in all lists, and visitors see it. It is checked as at its creation, because the payment gateway may be another one
 * since then. Repeated, it changes nothing more. 404 `event.not_found`; 409 `event.changed`, `event.cancelled`; 422 `request.invalid`.
 */
export const publish = async (args: Author & { eventId: string; refusal?: Refusal }): Promise<Event> => {
  const { eventId, refusal, ...author } = args;
  const before = await freshMeta(eventId);
  const wrong = before.draft ? factFaults(before, refusal) : [];
  if (wrong.length > 0) throw invalid(...wrong.slice(0, maxFaults));
  const pinned = ["prices", "salesOpenAt", "salesCloseAt", "cancelUntil"]; // they were checked as they were read
  return write({ ...author, before, action: "event.published", to: { draft: undefined }, pinned });
};

/**
 * Deletes a draft. It exists for nobody once its mark is written. A crash after that leaves items that nobody sees, and the request can be
 * repeated until the event's own item is deleted, which is last. 404 `event.not_found`; 409 `event.published`.
 */
export const remove = async ({ eventId, by, now }: Omit<Author, "announce"> & { eventId: string }): Promise<void> => {
  const item = await getOne("Catalog", metaKey(eventId));
  if (!item) throw EventNotFound();
  const before = toMeta(item);
  if (!isDeleted(item)) await mark(before, by, now);
  forget(eventId);
  await deleteAll("Catalog", parts(before));
  // Of two deletions at the same time, the second one finds nothing left.
  const marked = { ConditionExpression: "deleted = :true", ExpressionAttributeValues: { ":true": true } };
  await sendIf(new DeleteCommand({ TableName: table("Catalog"), Key: metaKey(eventId), ...marked }));
};

/** The condition lets either the publication or the deletion of a draft through. The log is the organisation's, because the event's cannot be read any more. */
const mark = async (before: Meta, by: string, now: number): Promise<void> => {
  const { eventId, title } = before;
  if (!before.draft) throw EventIsPublished();
  const refusals = await transact([
    { Update: toUpdate(eventId, { deleted: true }, { draft: true, deleted: undefined }) },
    Log.entry({
      ...{ of: organisationOf(before), by, action: "event.deleted", subject: eventId, now },
      changes: { title: { from: title } },
    }),
  ]);
  if (!refusals) return;
  if (!failed(refusals, 0)) throw Unavailable(); // there were only conflicts: nothing is proven
  const after = await freshMeta(eventId); // 404 if another request has deleted it
  throw after.draft ? Unavailable() : EventIsPublished();
};

const parts = (draft: Meta): Item[] => [
  ...Array.from({ length: draft.planChunks }, (_, n) => planKey(draft.eventId, n)),
  seedKey(draft.eventId),
  ...Listing.all(draft),
];
