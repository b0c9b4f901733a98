import { queue } from "#core/contract/routes/queue.ts";
import * as Queue from "#core/queue/index.ts";
import { service } from "./service.ts";

export const handler = service("queue", queue, {
  "POST /v1/events/{eventId}/queue/places": async ({ user, params, body, now }) => {
    const { fresh, ...place } = await Queue.join({ ...user, ...params, ...body, now });
    return { status: fresh ? 201 : 200, body: place };
  },

  "GET /v1/events/{eventId}/queue": async ({ params, now }) => ({
    status: 200,
    body: await Queue.status({ ...params, now }),
  }),

  "POST /v1/events/{eventId}/queue/admissions": async ({ user, params, body, now }) => ({
    status: 201,
    body: await Queue.claim({ userId: user.userId, ...params, ...body, now }),
  }),

  "DELETE /v1/events/{eventId}/queue/admissions": async ({ user, params, now }) => {
    await Queue.leave({ userId: user.userId, ...params, now });
    return { status: 204 };
  },
});
