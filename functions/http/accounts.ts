import * as Account from "#core/account/index.ts";
import { accounts } from "#core/contract/routes/accounts.ts";
import { service } from "./service.ts";

export const handler = service("accounts", accounts, {
  "POST /v1/accounts": async ({ body, now }) => ({ status: 201, body: await Account.create(body, now) }),

  "POST /v1/sessions": async ({ body, viewer, now }) => ({
    status: 201,
    body: await ("codeId" in body ? Account.signInByCode({ ...body, now }) : Account.signIn({ ...body, viewer, now })),
  }),

  "POST /v1/codes": async ({ body, viewer, now }) => ({
    status: 202,
    body: await Account.requestCode({ ...body, viewer, now }),
  }),

  "POST /v1/accounts/password": async ({ body, now }) => {
    await Account.resetPassword({ ...body, now });
    return { status: 204 };
  },

  "POST /v1/accounts/verification": async ({ body, user, now }) => {
    await Account.verifyAddress({ ...body, bearer: user, now });
    return { status: 204 };
  },

  "POST /v1/accounts/disown": async ({ body, now }) => {
    await Account.disown({ ...body, now });
    return { status: 204 };
  },

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
