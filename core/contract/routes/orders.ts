/** Orders, from hold to ticket, and the payment providers' webhooks. */
import * as Catalog from "#core/catalog/schema.ts";
import * as Declines from "#core/declines/schema.ts";
import { Invalid, Malformed } from "#core/lib/errors.ts";
import { Paging } from "#core/lib/schemas.ts";
import * as Order from "#core/order/schema.ts";
import * as Payment from "#core/payment/schema.ts";
import * as Queue from "#core/queue/schema.ts";
import * as Ticket from "#core/ticket/schema.ts";
import { type Route, steady } from "./route.ts";

export const orders = {
  "POST /v1/orders": {
    service: "orders",
    auth: "user",
    summary: "Hold seats: chosen ones or the best available",
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
      Order.OrderCooldown,
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
    summary: "Pay an order. The order shows the outcome later",
    idempotent: true,
    body: Payment.Pay,
    answers: { 202: Order.OrderView },
    errors: [Order.OrderNotFound, Order.OrderExpired, Order.NotPayable, Declines.TooManyDeclined],
    throttle: steady,
  },
  "POST /v1/orders/{orderId}/payment/form": {
    service: "orders",
    auth: "user",
    summary: "The data for the provider's payment window. Send the payment with the same Idempotency-Key",
    idempotent: true,
    answers: { 200: Payment.PaymentForm },
    errors: [Order.OrderNotFound, Order.OrderExpired, Order.NotPayable, Declines.TooManyDeclined],
    throttle: steady,
  },
  "POST /v1/orders/{orderId}/payment/return": {
    service: "orders",
    auth: "user",
    summary: "Continue after the bank, or give up (`cancel`). The gateway is asked again, at most every two seconds",
    body: Payment.Return,
    answers: { 202: Order.OrderView },
    errors: [Order.OrderNotFound],
    throttle: steady,
  },
  "POST /v1/orders/{orderId}/mail": {
    service: "orders",
    auth: "user",
    summary: "Send me the e-mail about an order of mine again, with its tickets if it is confirmed",
    answers: { 202: null },
    errors: [Order.OrderNotFound, Order.NoMail, Order.TooManyMails],
    throttle: steady,
  },
  "GET /v1/payments/methods": {
    service: "orders",
    auth: "public",
    summary: "How orders can be paid here, and what a page needs for it",
    answers: { 200: Payment.PaymentMethods },
    cache: "public, max-age=60",
    throttle: steady,
  },
  "DELETE /v1/orders/{orderId}": {
    service: "orders",
    auth: "user",
    session: "checked",
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
    summary:
      "A payment provider's message. `sandbox`: `Onsale-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`. `stripe`: `Stripe-Signature`. `toss.<secret>`: unsigned, verified by its path",
    answers: { 200: null, 202: null },
    errors: [Payment.BadSignature, Payment.UnknownProvider, Malformed, Invalid],
    throttle: steady,
  },
} as const satisfies Record<string, Route>;
