import * as Account from "#core/account/index.ts";
import { LIMIT } from "#core/lib/schemas.ts";
import * as Wallet from "#core/wallet/index.ts";
import { accounts } from "../routes/accounts.ts";
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

  "GET /v1/wallet": async ({ user }) => ({ status: 200, body: await Wallet.read({ userId: user.userId }) }),

  "POST /v1/wallet/charges": async ({ user, body, idempotency, now }) => {
    const charge = await Wallet.charge({ userId: user.userId, ...body, idempotency, now });
    const { entry } = charge;
    return entry ? { status: 201, body: { balance: entry.balance, entry } } : { status: 202, body: charge };
  },

  "POST /v1/wallet/charges/form": async ({ user, body, idempotency }) => ({
    status: 200,
    body: await Wallet.form({ userId: user.userId, ...body, idempotency }),
  }),

  "GET /v1/wallet/charges/{chargeId}": async ({ user, params, now }) => ({
    status: 200,
    body: await Wallet.look({ userId: user.userId, chargeId: params.chargeId, now }),
  }),

  "POST /v1/wallet/charges/{chargeId}/return": async ({ user, params, body, now }) => ({
    status: 200,
    body: await Wallet.look({ userId: user.userId, chargeId: params.chargeId, ...body, now }),
  }),

  "GET /v1/wallet/entries": async ({ user, query }) => ({
    status: 200,
    body: await Wallet.entries({ userId: user.userId, cursor: query.cursor, limit: query.limit ?? LIMIT }),
  }),
});
