/** Names for the routes' requests and answers. */
import type { Answer, Request } from "./routes.ts";

export type Account = Request<"POST /v1/accounts">["body"];
export type Credentials = Extract<Request<"POST /v1/sessions">["body"], { email: string }>;
export type TokenPair = Answer<"POST /v1/sessions">;

export type Event = Answer<"GET /v1/events/{eventId}">;
export type Availability = Answer<"GET /v1/events/{eventId}/availability">;

export type QueueStatus = Answer<"GET /v1/events/{eventId}/queue">;
export type Place = Answer<"POST /v1/events/{eventId}/queue/places">;
export type Admission = Answer<"POST /v1/events/{eventId}/queue/admissions">;

export type NewOrder = Request<"POST /v1/orders">["body"];
export type Order = Answer<"GET /v1/orders/{orderId}">;
export type Pay = Request<"POST /v1/orders/{orderId}/payment">["body"];
export type PaymentForm = Answer<"POST /v1/orders/{orderId}/payment/form">;
export type PaymentMethods = Answer<"GET /v1/payments/methods">;

export type WalletCharge = Answer<"GET /v1/wallet/charges/{chargeId}">;
export type WalletEntry = Answer<"GET /v1/wallet/entries">["items"][number];

export type NewEvent = Request<"POST /v1/admin/events">["body"];
export type OrganiserEvent = Answer<"GET /v1/admin/events/{eventId}">;
export type EventPatch = Request<"PATCH /v1/admin/events/{eventId}">["body"];
export type Postpone = Request<"POST /v1/admin/events/{eventId}/postpone">["body"];
export type LogEntry = Answer<"GET /v1/admin/events/{eventId}/log">["items"][number];
export type Stats = Answer<"GET /v1/admin/events/{eventId}/stats">;
export type Cancellation = Answer<"GET /v1/admin/events/{eventId}/cancellation">;
export type AdminOrder = Answer<"GET /v1/admin/orders">["items"][number];
export type ClaimedDevice = Answer<"POST /v1/devices">;
export type CheckedIn = Answer<"POST /v1/admin/check-ins">;
