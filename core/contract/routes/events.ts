/** Organisers' routes of events: from a draft to a postponement. */
import * as Catalog from "#core/catalog/schema.ts";
import * as Log from "#core/log/schema.ts";
import * as Order from "#core/order/schema.ts";
import { organisers, type Route } from "./route.ts";

/** Bytes. A seating plan is large: 100,000 seats of 200 bytes. */
const maxPlanBytes = 5 * 1024 * 1024;
const maxInflatedPlanBytes = 20 * 1024 * 1024;

export const events = {
  "POST /v1/admin/events": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "any",
    summary: "Create an event with a seating plan, general admission, or both",
    body: Catalog.NewEvent,
    maxBody: maxPlanBytes,
    maxInflated: maxInflatedPlanBytes,
    answers: { 201: Catalog.EventView },
    throttle: organisers,
  },
  "GET /v1/admin/events": {
    service: "admin",
    auth: "admin",
    role: "entrance",
    of: "any",
    summary: "The events of the caller's organisations, the last start first. Drafts too",
    query: Catalog.OrganiserEventQuery,
    answers: { 200: Catalog.OrganiserEventList },
    throttle: organisers,
  },
  "GET /v1/admin/attention": {
    service: "admin",
    auth: "admin",
    role: "box-office",
    of: "any",
    summary:
      "What needs a person: drafts that open soon, paused sales, unfinished cancellations, refunds that are not made",
    answers: { 200: Order.Attention },
    throttle: organisers,
  },
  "GET /v1/admin/events/{eventId}": {
    service: "admin",
    auth: "admin",
    role: "entrance",
    of: "event",
    summary: "An event as its organisers see it. Also a draft",
    answers: { 200: Catalog.OrganiserEvent },
    errors: [Catalog.EventNotFound],
    throttle: organisers,
  },
  "PATCH /v1/admin/events/{eventId}": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "event",
    summary: "Pause, close or resume a sale; change its queue's settings, its times, its facts",
    body: Catalog.EventPatch,
    answers: { 200: Catalog.EventView },
    errors: [Catalog.EventNotFound, Catalog.SaleFrozen, Catalog.EventChanged, Catalog.EventCancelled],
    throttle: organisers,
  },
  "DELETE /v1/admin/events/{eventId}": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "event",
    summary: "Delete a draft",
    answers: { 204: null },
    errors: [Catalog.EventNotFound, Catalog.EventIsPublished],
    throttle: organisers,
  },
  "POST /v1/admin/events/{eventId}/publish": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "event",
    summary: "Publish a draft",
    answers: { 200: Catalog.EventView },
    errors: [Catalog.EventNotFound, Catalog.EventChanged, Catalog.EventCancelled],
    throttle: organisers,
  },
  "POST /v1/admin/events/{eventId}/postpone": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "event",
    summary: "Move an event to another date, and let buyers return their tickets until a time",
    body: Catalog.Postpone,
    answers: { 200: Catalog.EventView },
    errors: [Catalog.EventNotFound, Catalog.EventIsDraft, Catalog.EventChanged, Catalog.EventCancelled],
    throttle: organisers,
  },
  "GET /v1/admin/events/{eventId}/log": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "event",
    summary: "Who changed what of an event, the latest change first",
    query: Log.LogQuery,
    answers: { 200: Log.Log },
    errors: [Catalog.EventNotFound],
    throttle: organisers,
  },
} as const satisfies Record<string, Route>;
