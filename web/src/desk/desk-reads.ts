/** The organiser's reads and writes. */
import { api, body, type Event, freshKey, type Schemas, sendRaw } from "../api/client.ts";
import { ApiProblem, codeOf } from "../api/problem.ts";
import * as Reads from "../api/reads.ts";
import { untilDecided } from "../query.ts";

export type Stats = Schemas["Stats"];
export type AdminOrder = Schemas["AdminOrder"];
export type CheckedIn = Schemas["CheckedIn"];

export const stats = (eventId: string) => ({
  queryKey: ["stats", eventId] as const,
  queryFn: () => body(api.GET("/v1/admin/events/{eventId}/stats", { params: { path: { eventId } } })),
});

type OrderFilter = { eventId: string; q?: string; status?: string; cursor?: string };

export const adminOrders = (filter: OrderFilter) => ({
  queryKey: ["admin-orders", filter] as const,
  queryFn: () => {
    const query = Object.fromEntries(Object.entries({ ...filter, limit: "30" }).filter(([, value]) => value));
    return body(api.GET("/v1/admin/orders", { params: { query: query as never } }));
  },
});

export const patch = async (eventId: string, change: Schemas["EventPatch"]) => {
  const event = await body(api.PATCH("/v1/admin/events/{eventId}", { params: { path: { eventId } }, body: change }));
  await Reads.changed("event", "events", "queue", "stats");
  return event;
};

/** Options of a refund: refund although tickets were used, or record that the money was returned in another way. */
export type RefundWords = { force?: true; returnedOtherwise?: true };

/** Answers `used` if a ticket was checked in: nothing was done, and `force` refunds it anyway. */
export const refund = async (order: AdminOrder, words: RefundWords): Promise<"done" | "used"> => {
  const params = {
    path: { orderId: order.orderId },
    query: { userId: order.userId },
    header: { "Idempotency-Key": freshKey() },
  };
  try {
    await body(api.POST("/v1/admin/orders/{orderId}/refund", { params, body: words }));
  } catch (error) {
    if (!words.force && error instanceof ApiProblem && error.document.checkedIn) return "used";
    throw error;
  }
  await Reads.changed("admin-orders", "stats");
  return "done";
};

/** Checks a ticket in. Sent again with its key, it is the same scan. */
export type Scan = { eventId: string; code: string; key: string };

export const checkIn = ({ key, ...scan }: Scan): Promise<CheckedIn> => {
  const params = { header: { "Idempotency-Key": key } };
  return untilDecided(() => body(api.POST("/v1/admin/check-ins", { params, body: scan })));
};

/** Undoes this check-in and no later one. It can be sent again. */
export const undoCheckIn = async ({ ticketId, userId, checkedInAt }: CheckedIn): Promise<true> => {
  const params = { path: { ticketId }, query: { userId, checkedInAt } };
  try {
    await untilDecided(() => api.DELETE("/v1/admin/check-ins/{ticketId}", { params }));
  } catch (error) {
    if (codeOf(error) !== "ticket.not_checked_in") throw error;
  }
  return true;
};

/** A plan is large, so the event is sent compressed. The type is not JSON, because API Gateway would pass JSON on as text. */
export const create = async (event: Schemas["NewEvent"]): Promise<Event> => {
  const packed = new Blob([JSON.stringify(event)]).stream().pipeThrough(new CompressionStream("gzip"));
  const made = await sendRaw("/v1/admin/events", {
    method: "POST",
    headers: { "content-type": "application/octet-stream", "content-encoding": "gzip" },
    body: await new Response(packed).blob(),
  });
  await Reads.changed("events");
  return made as Event;
};
