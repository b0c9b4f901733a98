/** Every read of the API that a page shows, with how long it stays fresh. */
import { queries } from "../query.ts";
import { api } from "./client.ts";
import { heard } from "./clock.ts";
import * as Session from "./session.ts";

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
      const list = await api.open("GET /v1/events", { query: { ...query, limit: "24", cursor } });
      items.push(...list.items);
      if (!list.next) return { items, more: false };
      cursor = list.next;
    }
    return { items, more: true };
  },
});

export const event = (eventId: string) => ({
  queryKey: ["event", eventId] as const,
  queryFn: () => api.open("GET /v1/events/{eventId}", { params: { eventId } }),
});

export const availability = (eventId: string) => ({
  queryKey: ["availability", eventId] as const,
  queryFn: async () => {
    const answer = await api.open("GET /v1/events/{eventId}/availability", { params: { eventId } });
    heard(Date.parse(answer.asOf));
    return answer;
  },
});

export const queue = (eventId: string) => ({
  queryKey: ["queue", eventId] as const,
  queryFn: async () => {
    const status = await api.open("GET /v1/events/{eventId}/queue", { params: { eventId } });
    heard(Date.parse(status.asOf));
    return status;
  },
});

export const order = (orderId: string) => ({
  queryKey: ["order", mine(), orderId] as const,
  queryFn: () => api.call("GET /v1/orders/{orderId}", { params: { orderId } }),
});

export const orders = (cursor?: string) => ({
  queryKey: ["orders", mine(), cursor ?? ""] as const,
  queryFn: () => api.call("GET /v1/orders", { query: { limit: "20", cursor } }),
});

export const methods = () => ({
  queryKey: ["methods"] as const,
  staleTime: 60_000,
  queryFn: () => api.open("GET /v1/payments/methods"),
});

export const wallet = () => ({
  queryKey: ["wallet", mine()] as const,
  queryFn: () => api.call("GET /v1/wallet"),
});

export const entries = (cursor?: string) => ({
  queryKey: ["entries", mine(), cursor ?? ""] as const,
  queryFn: () => api.call("GET /v1/wallet/entries", { query: { limit: "30", cursor } }),
});

export const charge = (chargeId: string) => ({
  queryKey: ["charge", mine(), chargeId] as const,
  queryFn: () => api.call("GET /v1/wallet/charges/{chargeId}", { params: { chargeId } }),
});

export const me = () => ({
  queryKey: ["me", mine()] as const,
  staleTime: 60_000,
  queryFn: () => api.call("GET /v1/me"),
});

export const sessions = () => ({
  queryKey: ["sessions", mine()] as const,
  queryFn: () => api.call("GET /v1/me/sessions"),
});

export const passkeys = () => ({
  queryKey: ["passkeys", mine()] as const,
  queryFn: () => api.call("GET /v1/passkeys"),
});

/** Reads the shown data again after a change. A first read that is under way is begun again: it may have read before the change. */
export const changed = (...names: string[]): Promise<unknown> =>
  Promise.all(
    names.map(async (name) => {
      await queries.cancelQueries({ queryKey: [name], type: "active" });
      await queries.invalidateQueries({ queryKey: [name] });
    }),
  );
