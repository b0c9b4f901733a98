/** The API's health and description. The catalog service answers these routes. */
import * as z from "zod/mini";
import { lazy } from "#core/lib/schemas.ts";
import { type Route, steady } from "./route.ts";

export const about = {
  "GET /v1/health": {
    service: "catalog",
    auth: "public",
    summary: "Whether the API answers",
    answers: { 200: lazy(() => z.object({ status: z.literal("ok") })) },
    cache: "public, max-age=1",
    throttle: steady,
  },
  "GET /v1/openapi.json": {
    service: "catalog",
    auth: "public",
    summary: "This API as an OpenAPI 3.1 document",
    answers: { 200: lazy(() => z.record(z.string(), z.unknown())) },
    cache: "public, max-age=5",
    throttle: steady,
  },
} as const satisfies Record<string, Route>;
