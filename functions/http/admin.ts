import * as Catalog from "#core/catalog/index.ts";
import { admin } from "#core/contract/routes/admin.ts";
import * as Fanout from "#core/fanout/index.ts";
import * as Log from "#core/log/index.ts";
import * as Order from "#core/order/index.ts";
import { choose, where } from "#core/organisation/choose.ts";
import * as Payment from "#core/payment/index.ts";
import * as Queue from "#core/queue/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import { authorise } from "./authorise.ts";
import { type CheckDevice, service } from "./service.ts";

const { refusal } = Payment;
const { announce } = Fanout;

/** Loaded with the first request of a device. */
const checkDevice: CheckDevice = async (sent) => (await import("#core/device/check.ts")).check(sent);

export const handler = service(
  "admin",
  admin,
  {
    "POST /v1/admin/events": async ({ body, user, memberships, now }) => {
      const organisationId = choose(memberships, "manager", body.organisationId);
      const event = await Catalog.create({ event: { ...body, organisationId }, by: user.userId, now, refusal });
      return { status: 201, body: Catalog.view(event, now) };
    },

    "GET /v1/admin/events": async ({ query, memberships, now }) => {
      const organisationIds = where(memberships, "entrance");
      return { status: 200, body: await Catalog.ofOrganisations({ ...query, organisationIds, now }) };
    },

    "GET /v1/admin/attention": async ({ memberships, now }) => ({
      status: 200,
      body: await Order.attention({ organisationIds: where(memberships, "box-office"), now }),
    }),

    "GET /v1/admin/events/{eventId}": async ({ params, now }) => ({
      status: 200,
      body: Catalog.organiserView(await Catalog.forOrganiser(params.eventId), now),
    }),

    "PATCH /v1/admin/events/{eventId}": async ({ params, body, user, now }) => ({
      status: 200,
      body: Catalog.view(
        await Catalog.change({ ...params, patch: body, by: user.userId, now, refusal, announce }),
        now,
      ),
    }),

    "DELETE /v1/admin/events/{eventId}": async ({ params, user, now }) => {
      await Catalog.remove({ ...params, by: user.userId, now });
      return { status: 204 };
    },

    "POST /v1/admin/events/{eventId}/publish": async ({ params, user, now }) => ({
      status: 200,
      body: Catalog.view(await Catalog.publish({ ...params, by: user.userId, now, refusal, announce }), now),
    }),

    "POST /v1/admin/events/{eventId}/postpone": async ({ params, body, user, now }) => ({
      status: 200,
      body: Catalog.view(await Catalog.postpone({ ...params, ...body, by: user.userId, now, announce }), now),
    }),

    "GET /v1/admin/events/{eventId}/log": async ({ params: { eventId }, query }) => {
      await Catalog.forOrganiser(eventId);
      return { status: 200, body: await Log.view({ ...query, of: eventId }) };
    },

    "POST /v1/admin/events/{eventId}/cancel": async ({ params, body, user, now }) => ({
      status: 202,
      body: await Fanout.cancel({ ...params, ...body, by: user.userId, now }),
    }),

    "GET /v1/admin/events/{eventId}/cancellation": async ({ params, now }) => ({
      status: 200,
      body: await Fanout.progress(params.eventId, now),
    }),

    "GET /v1/admin/events/{eventId}/stats": async ({ params: { eventId }, now }) => {
      const [queue, figures] = await Promise.all([Queue.stats({ eventId, now }), Order.stats({ eventId, now })]);
      return { status: 200, body: { queue, ...figures } };
    },

    "GET /v1/admin/events/{eventId}/entrance": async ({ params, now }) => ({
      status: 200,
      body: await Ticket.entrance(params.eventId, now),
    }),

    "GET /v1/admin/events/{eventId}/exports/{kind}": async ({ params, query, user, now }) => {
      const Export = await import("#core/export/index.ts"); // its library is loaded only here
      const { csv, next } = await Export.page({ ...params, ...query, by: user.userId, now });
      return { status: 200, body: csv, ...(next !== null && { headers: { "onsale-next": next } }) };
    },

    "GET /v1/admin/orders": async ({ query, now }) => ({ status: 200, body: await Order.listForOrganiser(query, now) }),

    "POST /v1/admin/orders/{orderId}/refund": async ({ params, query, body, user, now }) => ({
      status: 202,
      body: await Payment.refundByOrganiser({ ...params, ...query, ...body, by: user.userId, now }),
    }),

    "POST /v1/admin/orders/{orderId}/mail": async ({ params, query, now }) => {
      await Order.askMailByOrganiser({ ...params, ...query, now });
      return { status: 202 };
    },

    "PUT /v1/admin/orders/{orderId}/mail-address": async ({ params, query, body, user, now }) => ({
      status: 200,
      body: await Order.changeMailAddress({ ...params, ...query, ...body, by: user.userId, now }),
    }),

    "POST /v1/admin/check-ins": async ({ body, user, idempotency, now }) => ({
      status: 201,
      body: await Ticket.checkIn({ ...body, by: user.userId, key: idempotency.key, now }),
    }),

    "DELETE /v1/admin/check-ins/{ticketId}": async ({ params, query, user, now }) => {
      await Ticket.undo({ ...params, ...query, by: user.userId, now });
      return { status: 204 };
    },
  },
  { authorise, checkDevice },
);
