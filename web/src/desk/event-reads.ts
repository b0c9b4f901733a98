/** The organiser's reads and writes of events. */
import type { Event, EventPatch, NewEvent, Postpone } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { queries } from "../query.ts";

/** As its organisers see it: also a draft. */
export const event = (eventId: string) => ({
  queryKey: ["desk-event", eventId] as const,
  queryFn: () => api.call("GET /v1/admin/events/{eventId}", { params: { eventId } }),
});

export type Filter = { q: string; status: Event["status"] | "" };

export const events = ({ q, status }: Filter, cursor?: string) => ({
  queryKey: ["desk-events", q, status, cursor ?? ""] as const,
  queryFn: () =>
    api.call("GET /v1/admin/events", {
      query: { q: q || undefined, status: status || undefined, cursor, limit: "30" },
    }),
});

export const attention = () => ({
  queryKey: ["attention"] as const,
  queryFn: () => api.call("GET /v1/admin/attention"),
});

export const log = (eventId: string, cursor?: string) => ({
  queryKey: ["desk-log", eventId, cursor ?? ""] as const,
  queryFn: () =>
    api.call("GET /v1/admin/events/{eventId}/log", { params: { eventId }, query: { cursor, limit: "30" } }),
});

/** Reads all that shows an event, also after an error: the answer may be lost of a change that was written. */
const changing = async <T>(change: Promise<T>): Promise<T> => {
  try {
    return await change;
  } finally {
    await Reads.changed("desk-event", "desk-events", "desk-log", "attention", "cancellation");
    await Reads.changed("event", "events", "queue", "stats", "admin-orders");
  }
};

/** A plan is large, so the event is sent compressed. */
export const create = (body: NewEvent) => changing(api.call("POST /v1/admin/events", { body, gzip: true }));

export const patch = (eventId: string, body: EventPatch) =>
  changing(api.call("PATCH /v1/admin/events/{eventId}", { params: { eventId }, body }));

/** It can be sent again. */
export const publish = (eventId: string) =>
  changing(api.call("POST /v1/admin/events/{eventId}/publish", { params: { eventId } }));

/** Deletes a draft. It can be sent again. */
export const remove = async (eventId: string): Promise<true> => {
  await api.call("DELETE /v1/admin/events/{eventId}", { params: { eventId } });
  queries.removeQueries({ queryKey: ["desk-event", eventId] });
  await Reads.changed("desk-events", "attention");
  return true;
};

/** It can be sent again. */
export const postpone = (eventId: string, body: Postpone) =>
  changing(api.call("POST /v1/admin/events/{eventId}/postpone", { params: { eventId }, body }));

/** How far the orders of a cancelled event are. 404 `cancellation.not_found` while it is not cancelled. */
export const cancellation = (eventId: string) => ({
  queryKey: ["cancellation", eventId] as const,
  queryFn: () => api.call("GET /v1/admin/events/{eventId}/cancellation", { params: { eventId } }),
});

/** Cancels an event, or goes through the orders of a cancelled one again. It can be sent again. */
export const cancel = (eventId: string, reason?: string) =>
  changing(api.call("POST /v1/admin/events/{eventId}/cancel", { params: { eventId }, body: reason ? { reason } : {} }));
