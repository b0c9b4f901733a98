import { wallet } from "#core/contract/routes/wallet.ts";
import { defaultPageSize } from "#core/lib/schemas.ts";
import * as Wallet from "#core/wallet/index.ts";
import { service } from "./service.ts";

export const handler = service("wallet", wallet, {
  "GET /v1/wallet": async ({ user }) => ({ status: 200, body: await Wallet.read({ userId: user.userId }) }),

  "POST /v1/wallet/charges": async ({ user, body, idempotency, viewer, now }) => {
    const charge = await Wallet.charge({ userId: user.userId, ...body, viewer, idempotency, now });
    const { entry } = charge;
    return entry ? { status: 201, body: { balance: entry.balance, entry } } : { status: 202, body: charge };
  },

  "POST /v1/wallet/charges/form": async ({ user, body, idempotency, viewer, now }) => ({
    status: 200,
    body: await Wallet.form({ userId: user.userId, ...body, viewer, idempotency, now }),
  }),

  "GET /v1/wallet/charges/{chargeId}": async ({ user, params, now }) => ({
    status: 200,
    body: await Wallet.look({ userId: user.userId, chargeId: params.chargeId, now }),
  }),

  "POST /v1/wallet/charges/{chargeId}/return": async ({ user, params, body, now }) => ({
    status: 200,
    body: await Wallet.look({ userId: user.userId, chargeId: params.chargeId, ...body, now }),
  }),

  "POST /v1/wallet/payback": async ({ user, now }) => ({
    status: 202,
    body: await Wallet.payback({ userId: user.userId, now }),
  }),

  "GET /v1/wallet/entries": async ({ user, query }) => ({
    status: 200,
    body: await Wallet.entries({ userId: user.userId, cursor: query.cursor, limit: query.limit ?? defaultPageSize }),
  }),
});
