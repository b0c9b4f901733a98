/**
 * THE route table, as pure data: API Gateway's route key → the service that answers, who may ask, the schemas, the errors.
 * Read by functions/http (which validates by it), stacks/ (which makes the routes), local/ (which serves them), the OpenAPI
 * document and the tests.
 */

import * as z from "zod/mini";
import * as Account from "#core/account/schema.ts";
import * as Catalog from "#core/catalog/schema.ts";
import type * as Errors from "#core/lib/errors.ts";
import { keysOf, lazy, Paging } from "#core/lib/schemas.ts";
import * as Order from "#core/order/schema.ts";
import * as Payment from "#core/payment/schema.ts";
import * as Queue from "#core/queue/schema.ts";
import * as Ticket from "#core/ticket/schema.ts";
import * as Wallet from "#core/wallet/schema.ts";
import type { services } from "./services.ts";

export type HttpService = {
  [S in keyof typeof services]: (typeof services)[S]["source"] extends { kind: "http" } ? S : never;
}[keyof typeof services];

export type Route = {
  service: HttpService;
  /** `user`: any signed-in account; `admin`: an organiser. */
  auth: "public" | "user" | "admin";
  summary: string;
  body?: z.core.$ZodType;
  query?: z.core.$ZodType;
  /** Status → the schema of its JSON body, a media type for another kind of body, or null for none. */
  answers: Record<number, z.core.$ZodType | string | null>;
  errors?: readonly Errors.Definition[];
  /** Takes an `Idempotency-Key`. */
  idempotent?: true;
  /** Takes an `Admission` header. */
  admission?: true;
  /** `Cache-Control` of a successful answer; without it `private, no-store`. Errors of such a route may be kept for a second. */
  cache?: string;
  /** Largest body in bytes as sent; `BODY` without it. */
  maxBody?: number;
  /** Requests a second and burst at API Gateway, over all visitors. */
  throttle: { rate: number; burst: number };
};

export const BODY = 64 * 1024;

/** What every visitor does at the opening; what a buyer does; what is dear; what organisers do. */
const rush = { rate: 5_000, burst: 5_000 };
const steady = { rate: 1_000, burst: 2_000 };
const dear = { rate: 200, burst: 400 };
const desk = { rate: 50, burst: 100 };

const PLAN = 5 * 1024 * 1024;

export const routes = {
  "POST /v1/accounts": {
    service: "accounts",
    auth: "public",
    summary: "Sign up",
    body: Account.NewAccount,
    answers: { 201: Account.Account },
    errors: [Account.EmailTaken],
    throttle: dear,
  },
  "POST /v1/sessions": {
    service: "accounts",
    auth: "public",
    summary: "Sign in",
    body: Account.Credentials,
    answers: { 201: Account.Session },
    errors: [Account.InvalidCredentials, Account.TooManyAttempts],
    throttle: dear,
  },
  "POST /v1/sessions/refresh": {
    service: "accounts",
    auth: "public",
    summary: "Exchange a refresh token for a new pair",
    body: Account.Refresh,
    answers: { 201: Account.Session },
    errors: [Account.SessionInvalid, Account.SessionReused],
    throttle: steady,
  },
  "DELETE /v1/sessions": {
    service: "accounts",
    auth: "user",
    summary: "Sign out of this session",
    answers: { 204: null },
    throttle: steady,
  },
  "GET /v1/me": {
    service: "accounts",
    auth: "user",
    summary: "Who I am",
    answers: { 200: Account.Me },
    throttle: steady,
  },
  "GET /v1/wallet": {
    service: "accounts",
    auth: "user",
    summary: "My balance",
    answers: { 200: Wallet.Wallet },
    throttle: steady,
  },
  "POST /v1/wallet/charges": {
    service: "accounts",
    auth: "user",
    summary: "Charge points",
    idempotent: true,
    body: Wallet.Charge,
    answers: { 201: Wallet.Charged },
    errors: [Wallet.ChargeDeclined, Wallet.BalanceTooHigh, Wallet.ChargePending],
    throttle: steady,
  },
  "GET /v1/wallet/entries": {
    service: "accounts",
    auth: "user",
    summary: "My ledger, newest first",
    query: Paging,
    answers: { 200: Wallet.Entries },
    throttle: steady,
  },

  "GET /v1/events": {
    service: "catalog",
    auth: "public",
    summary:
      "Events by start time; without `from` those that have not begun. `to` is included, a date as a whole day (UTC)",
    query: Catalog.EventQuery,
    answers: { 200: Catalog.EventList },
    cache: "public, max-age=5",
    throttle: rush,
  },
  "GET /v1/events/{eventId}": {
    service: "catalog",
    auth: "public",
    summary: "An event",
    answers: { 200: Catalog.EventView },
    errors: [Catalog.EventNotFound],
    cache: "public, max-age=2",
    throttle: rush,
  },
  "GET /v1/events/{eventId}/plan": {
    service: "catalog",
    auth: "public",
    summary: "The seating plan as it was given, gzip-encoded",
    answers: { 200: "application/json", 304: null },
    errors: [Catalog.EventNotFound, Catalog.PlanNotFound],
    cache: "public, max-age=31536000, immutable",
    throttle: rush,
  },
  "GET /v1/events/{eventId}/availability": {
    service: "catalog",
    auth: "public",
    summary: "Free seats by section",
    answers: { 200: Catalog.Availability },
    errors: [Catalog.EventNotFound],
    cache: "public, max-age=1",
    throttle: rush,
  },
  "GET /v1/events/{eventId}/sections/{sectionId}/seats": {
    service: "catalog",
    auth: "public",
    summary: "Taken seats of a section",
    answers: { 200: Catalog.SectionSeats },
    errors: [Catalog.EventNotFound, Catalog.SectionNotFound],
    cache: "public, max-age=1",
    throttle: rush,
  },

  "POST /v1/events/{eventId}/queue/places": {
    service: "queue",
    auth: "user",
    summary: "Join the queue; the same place again for who has one",
    body: Queue.Join,
    answers: { 200: Queue.Place, 201: Queue.Place },
    errors: [
      Catalog.EventNotFound,
      Queue.QueueDisabled,
      Queue.NotYourPlace,
      Queue.PlaceInvalid,
      Queue.QueueClosed,
      Queue.QueueUnavailable,
    ],
    throttle: rush,
  },
  "GET /v1/events/{eventId}/queue": {
    service: "queue",
    auth: "public",
    summary: "How far the queue is; the same for everyone",
    answers: { 200: Queue.QueueStatus },
    errors: [Catalog.EventNotFound, Queue.QueueDisabled, Queue.QueueUnavailable],
    cache: "public, max-age=1",
    throttle: rush,
  },
  "POST /v1/events/{eventId}/queue/admissions": {
    service: "queue",
    auth: "user",
    summary: "Enter, when it is one's turn",
    body: Queue.Claim,
    answers: { 201: Queue.Admission },
    errors: [
      Catalog.EventNotFound,
      Queue.QueueDisabled,
      Queue.NotYet,
      Queue.NotYourPlace,
      Queue.PlaceInvalid,
      Queue.PlaceSpent,
      Queue.QueueClosed,
      Queue.QueueUnavailable,
    ],
    throttle: rush,
  },
  "DELETE /v1/events/{eventId}/queue/admissions": {
    service: "queue",
    auth: "user",
    summary: "Leave, and let the next visitor in",
    answers: { 204: null },
    errors: [Catalog.EventNotFound, Queue.QueueDisabled, Queue.QueueUnavailable],
    throttle: steady,
  },

  "POST /v1/orders": {
    service: "orders",
    auth: "user",
    summary: "Hold seats: chosen ones, or the best available",
    idempotent: true,
    admission: true,
    body: Order.NewOrder,
    answers: { 201: Order.OrderView },
    errors: [
      Catalog.EventNotFound,
      Queue.AdmissionRequired,
      Order.SeatTaken,
      Order.NoneLeft,
      Order.LimitReached,
      Order.OpenExists,
      Order.NotOnSale,
      Order.SeatUnknown,
      Order.OrderBusy,
    ],
    throttle: steady,
  },
  "GET /v1/orders": {
    service: "orders",
    auth: "user",
    summary: "My orders, newest first",
    query: Paging,
    answers: { 200: Order.OrderList },
    throttle: steady,
  },
  "GET /v1/orders/{orderId}": {
    service: "orders",
    auth: "user",
    summary: "An order of mine",
    answers: { 200: Order.OrderView },
    errors: [Order.OrderNotFound],
    throttle: steady,
  },
  "POST /v1/orders/{orderId}/payment": {
    service: "orders",
    auth: "user",
    summary: "Pay an order; the outcome shows on the order",
    idempotent: true,
    body: Payment.Pay,
    answers: { 202: Order.OrderView },
    errors: [Order.OrderNotFound, Order.OrderExpired, Order.NotPayable],
    throttle: steady,
  },
  "DELETE /v1/orders/{orderId}": {
    service: "orders",
    auth: "user",
    summary: "Release a held order, or cancel a confirmed one for a refund",
    answers: { 202: Order.OrderView, 204: null },
    errors: [Order.OrderNotFound, Order.NotCancellable, Order.OrderBusy],
    throttle: steady,
  },
  "GET /v1/tickets/{ticketId}/qr": {
    service: "orders",
    auth: "user",
    summary: "A ticket's QR code",
    answers: { 200: "image/svg+xml" },
    errors: [Ticket.TicketNotFound],
    throttle: steady,
  },
  "POST /v1/payments/webhooks/{provider}": {
    service: "orders",
    auth: "public",
    summary: "A payment provider's answer, signed: `Onsale-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`",
    answers: { 202: null },
    errors: [Payment.BadSignature, Payment.UnknownProvider],
    throttle: steady,
  },

  "POST /v1/admin/events": {
    service: "admin",
    auth: "admin",
    summary: "Create an event, with its seating plan, general admission, or both",
    body: Catalog.NewEvent,
    maxBody: PLAN,
    answers: { 201: Catalog.EventView },
    throttle: desk,
  },
  "PATCH /v1/admin/events/{eventId}": {
    service: "admin",
    auth: "admin",
    summary: "Pause, close, resume; change the queue's settings or the sale times",
    body: Catalog.EventPatch,
    answers: { 200: Catalog.EventView },
    errors: [Catalog.EventNotFound, Catalog.SaleFrozen, Catalog.EventChanged],
    throttle: desk,
  },
  "GET /v1/admin/events/{eventId}/stats": {
    service: "admin",
    auth: "admin",
    summary: "The sale in figures",
    answers: { 200: Order.Stats },
    errors: [Catalog.EventNotFound],
    throttle: desk,
  },
  "GET /v1/admin/orders": {
    service: "admin",
    auth: "admin",
    summary: "Orders of an event",
    query: Order.AdminOrderQuery,
    answers: { 200: Order.AdminOrderList },
    errors: [Catalog.EventNotFound],
    throttle: desk,
  },
  "POST /v1/admin/orders/{orderId}/refund": {
    service: "admin",
    auth: "admin",
    summary: "Refund an order; naming its owner finds it also in the moment before its mail has gone out",
    idempotent: true,
    query: lazy(() => z.object({ userId: z.optional(z.string().check(z.maxLength(64))) })),
    answers: { 202: Order.AdminOrder },
    errors: [Order.OrderNotFound, Order.NotCancellable, Order.OrderBusy],
    throttle: desk,
  },
  "POST /v1/admin/check-ins": {
    service: "admin",
    auth: "admin",
    summary: "Check a ticket in, once",
    body: Ticket.CheckIn,
    answers: { 201: Ticket.CheckedIn },
    errors: [Ticket.TicketInvalid, Ticket.TicketUsed],
    throttle: dear,
  },

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

/** The names of a route's query parameters. */
export const parametersOf = ({ query }: Route): string[] => (query ? keysOf(query) : []);

export type Routes = typeof routes;
export type RouteKey = keyof Routes;
