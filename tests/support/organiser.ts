/** What an organiser does with events, through the API; and what the tables have of an event then. */

import type { Meta } from "#core/catalog/catalog.table.ts";
import * as Catalog from "#core/catalog/index.ts";
import { entries } from "#core/catalog/list.table.ts";
import type { RouteKey } from "#core/contract/routes.ts";
import type { Stage, User } from "./harness.ts";
import { items } from "./shop.ts";

export const dayMs = 86_400_000;
export const at = (ms: number): string => new Date(ms).toISOString();

export const organiser = (stage: Stage, { token }: User) => {
  const call = (key: RouteKey, eventId: string, body?: unknown) =>
    stage.call(key, { token, params: { eventId }, ...(body !== undefined && { body }) });

  /** A draft. */
  const draft = async (more: object = {}) => {
    const body = {
      ...{ kind: "concert", title: "A draft", venue: "A hall", prices: { Standard: 10_000 }, publish: false },
      ...{ startsAt: at(Date.now() + 30 * dayMs), salesOpenAt: at(Date.now() - 60_000) },
      generalAdmission: [{ sectionId: "G", name: "Floor", capacity: 5, category: "Standard" }],
      queue: { enabled: false },
      ...more,
    };
    return stage.call("POST /v1/admin/events", { token, body });
  };

  return {
    draft,
    own: (query: Record<string, string> = {}) => stage.call("GET /v1/admin/events", { token, query }),
    read: (eventId: string) => call("GET /v1/admin/events/{eventId}", eventId),
    patch: (eventId: string, body: unknown) => call("PATCH /v1/admin/events/{eventId}", eventId, body),
    publish: (eventId: string) => call("POST /v1/admin/events/{eventId}/publish", eventId),
    postpone: (eventId: string, body: unknown) => call("POST /v1/admin/events/{eventId}/postpone", eventId, body),
    cancel: (eventId: string) => call("POST /v1/admin/events/{eventId}/cancel", eventId),
    remove: (eventId: string) => call("DELETE /v1/admin/events/{eventId}", eventId),
    log: async (eventId: string) => (await call("GET /v1/admin/events/{eventId}/log", eventId)).body.items,
  };
};

const key = ({ pk, sk }: { pk?: string; sk?: string }) => `${pk} ${sk}`;

/** The entries in lists that the event has, and those that it must have. */
export const listed = async (eventId: string) => {
  const event = await Catalog.find(eventId);
  const found = (await items("Catalog", "LIST#")).filter(({ sk }) => sk.includes(eventId)).map(key);
  const expected = event ? entries(event as Meta).map(key) : [];
  return { found: found.toSorted(), expected: expected.toSorted() };
};
