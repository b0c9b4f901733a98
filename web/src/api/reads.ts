/** Every read of the API that a page shows, with how long it stays fresh. */
import { queries } from "../query.ts";
import { api, body } from "./client.ts";
import { heard } from "./clock.ts";
import * as Session from "./session.ts";

const path = <T extends Record<string, string>>(params: T) => ({ params: { path: params } });
const mine = () => Session.userId() ?? "nobody";

export type EventFilter = { q?: string; kind?: string; from?: string; to?: string };

export const events = (filter: EventFilter, pages: number) => ({
  queryKey: ["events", filter, pages] as const,
  staleTime: 5_000,
  queryFn: async () => {
    const query = Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
    const items = [];
    let cursor: string | undefined;
    for (let page = 0; page < pages; page++) {
      const list = await body(api.GET("/v1/events", { params: { query: { ...query, limit: "24", cursor } as never } }));
      items.push(...list.items);
      if (!list.next) return { items, more: false };
      cursor = list.next;
    }
    return { items, more: true };
  },
});

export const event = (eventId: string) => ({
  queryKey: ["event", eventId] as const,
  queryFn: () => body(api.GET("/v1/events/{eventId}", path({ eventId }))),
});

export const availability = (eventId: string) => ({
  queryKey: ["availability", eventId] as const,
  queryFn: async () => {
    const answer = await body(api.GET("/v1/events/{eventId}/availability", path({ eventId })));
    heard(Date.parse(answer.asOf));
    return answer;
  },
});

export const queue = (eventId: string) => ({
  queryKey: ["queue", eventId] as const,
  queryFn: async () => {
    const status = await body(api.GET("/v1/events/{eventId}/queue", path({ eventId })));
    heard(Date.parse(status.asOf));
    return status;
  },
});

export const order = (orderId: string) => ({
  queryKey: ["order", mine(), orderId] as const,
  queryFn: () => body(api.GET("/v1/orders/{orderId}", path({ orderId }))),
});

export const orders = (cursor?: string) => ({
  queryKey: ["orders", mine(), cursor ?? ""] as const,
  queryFn: () => body(api.GET("/v1/orders", { params: { query: { limit: "20", cursor } as never } })),
});

export const methods = () => ({
  queryKey: ["methods"] as const,
  staleTime: 60_000,
  queryFn: () => body(api.GET("/v1/payments/methods")),
});

export const wallet = () => ({
  queryKey: ["wallet", mine()] as const,
  queryFn: () => body(api.GET("/v1/wallet")),
});

export const entries = (cursor?: string) => ({
  queryKey: ["entries", mine(), cursor ?? ""] as const,
  queryFn: () => body(api.GET("/v1/wallet/entries", { params: { query: { limit: "30", cursor } as never } })),
});

export const charge = (chargeId: string) => ({
  queryKey: ["charge", mine(), chargeId] as const,
  queryFn: () => body(api.GET("/v1/wallet/charges/{chargeId}", path({ chargeId }))),
});

export const me = () => ({
  queryKey: ["me", mine()] as const,
  staleTime: 60_000,
  queryFn: () => body(api.GET("/v1/me")),
});

/** After something changed: what is shown of it is read again. */
export const changed = (...names: string[]): Promise<unknown> =>
  Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: [name] })));
