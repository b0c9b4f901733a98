/** Organisers' routes. */
import * as z from "zod/mini";
import * as Catalog from "#core/catalog/schema.ts";
import * as Export from "#core/export/schema.ts";
import * as Fanout from "#core/fanout/schema.ts";
import { lazy } from "#core/lib/schemas.ts";
import * as Order from "#core/order/schema.ts";
import * as Payment from "#core/payment/schema.ts";
import * as Ticket from "#core/ticket/schema.ts";
import { events } from "./events.ts";
import { expensive, organisers, type Route } from "./route.ts";

const ofOwner = lazy(() => z.object({ userId: z.optional(z.string().check(z.maxLength(64))) }));

export const admin = {
  ...events,
  "POST /v1/admin/events/{eventId}/cancel": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "event",
    summary: "Cancel an event for good, and refund all its orders. Repeated, it works on the orders once more",
    body: Fanout.Cancel,
    answers: { 202: Fanout.Cancellation },
    errors: [Catalog.EventNotFound, Catalog.EventIsDraft, Catalog.EventChanged],
    throttle: organisers,
  },
  "GET /v1/admin/events/{eventId}/cancellation": {
    service: "admin",
    auth: "admin",
    role: "box-office",
    of: "event",
    summary: "How far the orders of a cancelled event are",
    answers: { 200: Fanout.Cancellation },
    errors: [Catalog.EventNotFound, Fanout.CancellationNotFound],
    throttle: organisers,
  },
  "GET /v1/admin/events/{eventId}/stats": {
    service: "admin",
    auth: "admin",
    role: "box-office",
    of: "event",
    summary: "The sale in figures",
    answers: { 200: Order.Stats },
    errors: [Catalog.EventNotFound],
    throttle: organisers,
  },
  "GET /v1/admin/events/{eventId}/entrance": {
    service: "admin",
    auth: "admin",
    role: "entrance",
    of: "event",
    summary: "How many are in and how many are expected, by section",
    answers: { 200: Ticket.Entrance },
    errors: [Catalog.EventNotFound],
    throttle: organisers,
  },
  "GET /v1/admin/events/{eventId}/exports/{kind}": {
    service: "admin",
    auth: "admin",
    role: "manager",
    of: "event",
    summary:
      "Orders, tickets, payments or check-ins (`check-ins`) of an event as CSV, in pages. Ask again with `?cursor=` of the header `Onsale-Next` while there is one, and join the pages",
    query: Export.ExportQuery,
    answers: { 200: "text/csv; charset=utf-8" },
    headers: { "Onsale-Next": "The cursor of the next page. The last page has none." },
    errors: [Catalog.EventNotFound, Export.ExportNotFound],
    throttle: organisers,
  },
  "GET /v1/admin/orders": {
    service: "admin",
    auth: "admin",
    role: "box-office",
    of: "event",
    summary: "Orders of an event",
    query: Order.AdminOrderQuery,
    answers: { 200: Order.AdminOrderList },
    errors: [Catalog.EventNotFound],
    throttle: organisers,
  },
  "POST /v1/admin/orders/{orderId}/refund": {
    service: "admin",
    auth: "admin",
    role: "box-office",
    of: "order",
    summary:
      "Refund an order, or end a refund whose money was returned by other means. Without its owner (`userId`) the order is found only after its e-mail was sent",
    idempotent: true,
    query: ofOwner,
    body: Payment.OrganiserRefund,
    answers: { 202: Order.AdminOrder },
    errors: [Order.OrderNotFound, Order.NotCancellable, Order.OrderBusy],
    throttle: organisers,
  },
  "POST /v1/admin/orders/{orderId}/mail": {
    service: "admin",
    auth: "admin",
    role: "box-office",
    of: "order",
    summary:
      "Send an order's e-mail again, to the address that its e-mails go to. Without its owner (`userId`) the order is found only after its e-mail was sent",
    query: ofOwner,
    answers: { 202: null },
    errors: [Order.OrderNotFound, Order.NoMail, Order.TooManyMails],
    throttle: organisers,
  },
  "PUT /v1/admin/orders/{orderId}/mail-address": {
    service: "admin",
    auth: "admin",
    role: "box-office",
    of: "order",
    summary:
      "Send an order's e-mails to another address from now on. Its account keeps its own. Without its owner (`userId`) the order is found only after its e-mail was sent",
    query: ofOwner,
    body: Order.MailAddress,
    answers: { 200: Order.AdminOrder },
    errors: [Order.OrderNotFound, Order.TooManyMails],
    throttle: organisers,
  },
  "POST /v1/admin/check-ins": {
    service: "admin",
    auth: "admin",
    role: "entrance",
    of: "event",
    summary: "Check a ticket in to its event, once",
    idempotent: true,
    body: Ticket.CheckIn,
    answers: { 201: Ticket.CheckedIn },
    errors: [
      Catalog.EventNotFound,
      Ticket.TicketInvalid,
      Ticket.TicketOfOtherEvent,
      Catalog.EventCancelled,
      Ticket.TicketUsed,
      Ticket.ScanUndone,
    ],
    throttle: expensive,
  },
  "DELETE /v1/admin/check-ins/{ticketId}": {
    service: "admin",
    auth: "admin",
    role: "entrance",
    of: "ticket",
    summary: "Undo a check-in. The ticket lets one person in again",
    query: Ticket.UndoQuery,
    answers: { 204: null },
    errors: [Ticket.TicketNotFound, Order.OrderNotFound, Ticket.NotCheckedIn],
    throttle: organisers,
  },
} as const satisfies Record<string, Route>;
