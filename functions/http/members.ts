import { members } from "#core/contract/routes/members.ts";
import * as Device from "#core/device/index.ts";
import { iso } from "#core/lib/clock.ts";
import * as Organisation from "#core/organisation/index.ts";
import { authorise } from "./authorise.ts";
import { service } from "./service.ts";

export const handler = service(
  "members",
  members,
  {
    "GET /v1/admin/organisations": async ({ memberships }) => ({
      status: 200,
      body: { items: await Organisation.list(memberships) },
    }),

    "POST /v1/admin/organisations": async ({ body, user, now }) => {
      const { organisationId, name } = await Organisation.create({ ...body, by: user.userId, now });
      return { status: 201, body: { organisationId, name, role: "owner" } };
    },

    "GET /v1/admin/organisations/{organisationId}/members": async ({ params, now }) => ({
      status: 200,
      body: await Organisation.members(params.organisationId, now),
    }),

    "PATCH /v1/admin/organisations/{organisationId}/members/{userId}": async ({ params, body, user, now }) => {
      const changed = await Organisation.changeRole({ ...params, ...body, by: user.userId, now });
      return { status: 200, body: Organisation.memberView(changed, params.userId, undefined) };
    },

    "DELETE /v1/admin/organisations/{organisationId}/members/{userId}": async ({ params, user, now }) => {
      await Organisation.remove({ ...params, by: user.userId, now });
      return { status: 204 };
    },

    "POST /v1/admin/organisations/{organisationId}/invitations": async ({ params, body, user, now }) => {
      const { invitationId, ...made } = await Organisation.invite({ ...params, ...body, by: user.userId, now });
      return { status: 201, body: Organisation.invitationView(invitationId, made) };
    },

    "DELETE /v1/admin/organisations/{organisationId}/invitations/{invitationId}": async ({ params, user, now }) => {
      await Organisation.withdraw({ ...params, by: user.userId, now });
      return { status: 204 };
    },

    "GET /v1/admin/organisations/{organisationId}/log": async ({ params, query }) => ({
      status: 200,
      body: await Organisation.log(params.organisationId, query),
    }),

    "GET /v1/invitations/{organisationId}/{invitationId}": async ({ params, user, now }) => {
      const { until, ...invited } = await Organisation.readInvitation({ ...params, userId: user.userId, now });
      return { status: 200, body: { ...invited, until: iso(until) } };
    },

    "POST /v1/invitations/{organisationId}/{invitationId}": async ({ params, user, now }) => ({
      status: 201,
      body: await Organisation.accept({ ...params, userId: user.userId, now }),
    }),

    "GET /v1/admin/events/{eventId}/devices": async ({ params, now }) => ({
      status: 200,
      body: { items: await Device.list(params.eventId, now) },
    }),

    "POST /v1/admin/events/{eventId}/devices": async ({ params, body, user, now }) => ({
      status: 201,
      body: await Device.add({ ...params, ...body, by: user.userId, now }),
    }),

    "DELETE /v1/admin/events/{eventId}/devices/{deviceId}": async ({ params, user, now }) => {
      await Device.revoke({ ...params, by: user.userId, now });
      return { status: 204 };
    },

    "POST /v1/devices": async ({ body, now }) => ({ status: 201, body: await Device.claim({ ...body, now }) }),
  },
  { authorise },
);
