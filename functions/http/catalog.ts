import * as Catalog from "#core/catalog/index.ts";
import { about } from "#core/contract/routes/about.ts";
import { catalog } from "#core/contract/routes/catalog.ts";
import { service } from "./service.ts";

export const handler = service(
  "catalog",
  { ...catalog, ...about },
  {
    "GET /v1/events": async ({ query, now }) => ({ status: 200, body: await Catalog.list(query, now) }),

    "GET /v1/events/{eventId}": async ({ params, now }) => ({
      status: 200,
      body: Catalog.view(await Catalog.counted(params.eventId, now), now),
    }),

    "GET /v1/events/{eventId}/plan": async ({ params, headers, now }) => {
      const { etag, bytes } = await Catalog.plan({ ...params, known: headers["if-none-match"], now });
      const tag: Record<string, string> = { etag };
      if (!bytes) return { status: 304, headers: tag };
      return { status: 200, headers: { ...tag, "content-encoding": "gzip" }, body: bytes };
    },

    "GET /v1/events/{eventId}/availability": async ({ params, now }) => ({
      status: 200,
      body: await Catalog.availability(params.eventId, now),
    }),

    "GET /v1/events/{eventId}/sections/{sectionId}/seats": async ({ params, now }) => ({
      status: 200,
      body: await Catalog.sectionSeats(params.eventId, params.sectionId, now),
    }),

    "GET /v1/health": async () => ({ status: 200, body: { status: "ok" } }),

    "GET /v1/openapi.json": async () => {
      // imported here, because only this route needs zod's JSON Schema writer
      const { document } = await import("#core/contract/openapi.ts");
      return { status: 200, body: document() };
    },
  },
);
