import * as Account from "#core/account/index.ts";
import { accounts } from "#core/contract/routes/accounts.ts";
import { service } from "./service.ts";

/** By a code, or by a password. */
const signIn = (args: Parameters<typeof Account.signIn>[0] | Parameters<typeof Account.signInByCode>[0]) =>
  "codeId" in args ? Account.signInByCode(args) : Account.signIn(args);

export const handler = service("accounts", accounts, {
  "POST /v1/accounts": async ({ body, now }) => ({ status: 201, body: await Account.create(body, now) }),

  "POST /v1/sessions": async ({ body, viewer, headers, now }) => ({
    status: 201,
    body: await signIn({ ...body, viewer, device: headers["user-agent"] ?? "", now }),
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

  "PATCH /v1/me": async ({ user, body }) => ({ status: 200, body: await Account.change(user.userId, body) }),

  "PUT /v1/me/password": async ({ user, body, now }) => {
    await Account.changePassword({ ...body, user, now });
    return { status: 204 };
  },

  "GET /v1/me/sessions": async ({ user, now }) => ({ status: 200, body: await Account.listSessions(user, now) }),

  "DELETE /v1/me/sessions": async ({ user }) => {
    await Account.endSessions(user.userId, user.sessionId);
    return { status: 204 };
  },

  "DELETE /v1/me/sessions/{sessionId}": async ({ user, params }) => {
    await Account.endSession(user, params.sessionId);
    return { status: 204 };
  },
});
