import { privacy } from "#core/contract/routes/privacy.ts";
import * as Privacy from "#core/privacy/index.ts";
import { service } from "./service.ts";

export const handler = service("privacy", privacy, {
  "GET /v1/me/export": async ({ user, query, now }) => ({
    status: 200,
    body: await Privacy.exportPage({ userId: user.userId, cursor: query.cursor, now }),
  }),

  "DELETE /v1/me": async ({ user, body, now }) => {
    await Privacy.erase({ userId: user.userId, ...body, now });
    return { status: 202 };
  },
});
