/** An organiser cancels an event. The event is cancelled at once, and its orders are ended page by page (cancel-page.ts). */
import * as Catalog from "#core/catalog/index.ts";
import { transact } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Log from "#core/log/index.ts";
import { begin } from "./message.ts";
import { progress } from "./progress.ts";
import type { Cancellation } from "./schema.ts";

/**
 * Cancels the event for good. Repeated, it works on the orders once more from the beginning. Answers how far they are. 404
 * `event.not_found`, 409 `event.draft`, `event.changed` if somebody else changed it at the same moment.
 */
export const cancel = async (args: {
  eventId: string;
  reason?: string | undefined;
  by: string;
  now: number;
}): Promise<Cancellation> => {
  const { eventId, reason, by, now } = args;
  const event = await Catalog.find(eventId);
  if (!event) throw Catalog.EventNotFound();
  if (event.draft) throw Catalog.EventIsDraft();
  const logId = Ids.make("log", now);
  // The message is sent before the write: a crash in between leaves a message that is dropped, and never a cancellation without one.
  await begin({ kind: "cancel", eventId, logId, pass: 0 });
  const changes: Log.Changes = {
    status: { from: Catalog.status(event, now), to: "cancelled" },
    ...(reason && { reason: { to: reason } }),
  };
  const refusals = await transact([
    Catalog.cancelItem(event, { at: now, by, reason, run: logId }),
    Log.entry({ of: eventId, by, action: "event.cancelled", changes, logId, now }),
  ]);
  Catalog.forget(eventId);
  // Of two cancellations at the same time one was written, and both get its progress.
  if (refusals && !(await Catalog.find(eventId))?.cancelled) throw Catalog.EventChanged();
  return progress(eventId, now);
};
