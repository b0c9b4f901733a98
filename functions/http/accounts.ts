import * as Account from "#core/account/index.ts";
import { accounts } from "#core/contract/routes/accounts.ts";
import { service } from "./service.ts";

export const handler = service("accounts", accounts, {
  "POST /v1/accounts": async ({ body, now }) => ({ status: 201, body: await Account.create(body, now) }),

  "POST /v1/sessions": async ({ body, viewer, now }) => ({
    status: 201,
    body: await Account.signIn({ ...body, viewer, now }),
  }),

  "POST /v1/sessions/refresh": async ({ body, now }) => ({
    status: 201,
    body: await Account.refresh({ ...body, now }),
  }),

  "DELETE /v1/sessions": async ({ user }) => {
    await Account.signOut(user);
    return { status: 204 };
  },

  "GET /v1/me": async ({ user }) => ({ status: 200, body: await Account.me(user.userId) }),
});
