/** What the organiser's pages read and write. */
import { api, body, type Event, freshKey, type Schemas, sendRaw } from "../api/client.ts";
import * as Reads from "../api/reads.ts";

export type Stats = Schemas["Stats"];
export type AdminOrder = Schemas["AdminOrder"];

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

export const refund = async (order: AdminOrder) => {
  const params = {
    path: { orderId: order.orderId },
    query: { userId: order.userId },
    header: { "Idempotency-Key": freshKey() },
  };
  const done = await body(api.POST("/v1/admin/orders/{orderId}/refund", { params }));
  await Reads.changed("admin-orders", "stats");
  return done;
};

/** A plan is large, so the event goes compressed; and not as JSON, which API Gateway would pass on as text. */
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
