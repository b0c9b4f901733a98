import { orders } from "#core/contract/routes/orders.ts";
import { defaultPageSize } from "#core/lib/schemas.ts";
import * as Order from "#core/order/index.ts";
import * as Payment from "#core/payment/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import { service } from "./service.ts";

/** An order as its owner sees it: with its tickets once it is confirmed. */
const view = async (order: Order.Order, now: number): Promise<Order.OrderView> => ({
  ...Order.ownView(order, now),
  ...(order.status === "confirmed" && { tickets: await Ticket.codes(order) }),
});

export const handler = service("orders", orders, {
  "POST /v1/orders": async ({ user, body, admission, idempotency, now }) => {
    const order = await Order.hold({ userId: user.userId, order: body, admission, idempotency, now });
    return { status: 201, body: await view(order, now) };
  },

  "GET /v1/orders": async ({ user, query, now }) => {
    const page = await Order.list({ userId: user.userId, cursor: query.cursor, limit: query.limit ?? defaultPageSize });
    return { status: 200, body: { ...page, items: await Promise.all(page.items.map((order) => view(order, now))) } };
  },

  "GET /v1/orders/{orderId}": async ({ user, params, now }) => ({
    status: 200,
    body: await view(await Order.get({ userId: user.userId, orderId: params.orderId }), now),
  }),

  "POST /v1/orders/{orderId}/payment": async ({ user, params, body, idempotency, viewer, now }) => {
    const order = await Payment.pay({ userId: user.userId, ...params, pay: body, viewer, idempotency, now });
    return { status: 202, body: await view(order, now) };
  },

  "POST /v1/orders/{orderId}/payment/form": async ({ user, params, idempotency, viewer, now }) => ({
    status: 200,
    body: await Payment.form({ userId: user.userId, ...params, viewer, idempotency, now }),
  }),

  "POST /v1/orders/{orderId}/payment/return": async ({ user, params, body, now }) => {
    const order = await Payment.returned({ userId: user.userId, orderId: params.orderId, ...body, now });
    return { status: 202, body: await view(order, now) };
  },

  "POST /v1/orders/{orderId}/mail": async ({ user, params, now }) => {
    await Order.askMail({ userId: user.userId, ...params, now });
    return { status: 202 };
  },

  "GET /v1/payments/methods": async () => ({ status: 200, body: Payment.methods() }),

  "DELETE /v1/orders/{orderId}": async ({ user, params, now }) => {
    const order = await Payment.cancel({ userId: user.userId, orderId: params.orderId, now });
    return order ? { status: 202, body: await view(order, now) } : { status: 204 };
  },

  "GET /v1/tickets/{ticketId}/qr": async ({ user, params }) => ({
    status: 200,
    body: await Ticket.qr({ userId: user.userId, ticketId: params.ticketId }),
  }),

  "POST /v1/payments/webhooks/{provider}": async ({ params, headers, raw, now }) => {
    return { status: await Payment.receive({ provider: params.provider, headers, raw, now }) };
  },
});
