/** Events and their seats: the public routes. */
import * as Catalog from "#core/catalog/schema.ts";
import { opening, type Route } from "./route.ts";

export const catalog = {
  "GET /v1/events": {
    service: "catalog",
    auth: "public",
    summary:
      "Events by start time. Without `from`, those that have not begun. `to` is included; a date means the whole day (UTC)",
    query: Catalog.EventQuery,
    answers: { 200: Catalog.EventList },
    cache: "public, max-age=5",
    throttle: opening,
  },
  "GET /v1/events/{eventId}": {
    service: "catalog",
    auth: "public",
    summary: "An event",
    answers: { 200: Catalog.EventView },
    errors: [Catalog.EventNotFound],
    cache: "public, max-age=2",
    throttle: opening,
  },
  "GET /v1/events/{eventId}/plan": {
    service: "catalog",
    auth: "public",
    summary: "The seating plan as it was uploaded, gzip-encoded",
    answers: { 200: "application/json", 304: null },
    errors: [Catalog.EventNotFound, Catalog.PlanNotFound],
    cache: "public, max-age=31536000, immutable",
    throttle: opening,
  },
  "GET /v1/events/{eventId}/availability": {
    service: "catalog",
    auth: "public",
    summary: "Free seats by section",
    answers: { 200: Catalog.Availability },
    errors: [Catalog.EventNotFound],
    cache: "public, max-age=1",
    throttle: opening,
  },
  "GET /v1/events/{eventId}/sections/{sectionId}/seats": {
    service: "catalog",
    auth: "public",
    summary: "Taken seats of a section",
    answers: { 200: Catalog.SectionSeats },
    errors: [Catalog.EventNotFound, Catalog.SectionNotFound],
    cache: "public, max-age=1",
    throttle: opening,
  },
} as const satisfies Record<string, Route>;
