import * as Account from "#core/account/index.ts";
import * as Passkey from "#core/account/passkey.ts";
import * as PasskeySignIn from "#core/account/passkey-sign-in.ts";
import * as Passkeys from "#core/account/passkeys.ts";
import { accounts } from "#core/contract/routes/accounts.ts";
import type { Headers } from "./request.ts";
import { service } from "./service.ts";

/** By a code, or by a password. */
const signIn = (args: Parameters<typeof Account.signIn>[0] | Parameters<typeof Account.signInByCode>[0]) =>
  "codeId" in args ? Account.signInByCode(args) : Account.signIn(args);

const deviceOf = (headers: Headers): string => headers["user-agent"] ?? "";

export const handler = service("accounts", accounts, {
  "POST /v1/accounts": async ({ body, headers, now }) => ({
    status: 201,
    body: await ("passkey" in body
      ? Passkey.signUp({ ...body, device: deviceOf(headers), now })
      : Account.create(body, now)),
  }),

  "POST /v1/sessions": async ({ body, viewer, headers, now }) => ({
    status: 201,
    body: await signIn({ ...body, viewer, device: deviceOf(headers), now }),
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

  "POST /v1/sessions/passkey/options": async ({ now }) => ({ status: 200, body: PasskeySignIn.signInOptions(now) }),

  "POST /v1/sessions/passkey": async ({ body, headers, now }) => ({
    status: 201,
    body: await PasskeySignIn.signIn({ ...body, device: deviceOf(headers), now }),
  }),

  "POST /v1/passkeys/options": async ({ body, user, now }) => ({
    status: 200,
    body: await Passkey.options({ wanted: body, user, now }),
  }),

  "POST /v1/passkeys": async ({ body, user, now }) => ({
    status: 201,
    body: await Passkey.add({ ...body, user, now }),
  }),

  "GET /v1/passkeys": async ({ user }) => ({ status: 200, body: await Passkeys.list(user) }),

  "DELETE /v1/passkeys/{passkeyId}": async ({ user, params, now }) => {
    await Passkeys.remove(user, params.passkeyId, now);
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

  "POST /v1/me/email": async ({ user, body, viewer, now }) => ({
    status: 202,
    body: await Account.requestEmail({ ...body, user, viewer, now }),
  }),

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
