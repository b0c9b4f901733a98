import { LIMIT } from "#core/lib/schemas.ts";
import * as Wallet from "#core/wallet/index.ts";
import { wallet } from "../routes/wallet.ts";
import { service } from "./service.ts";

export const handler = service("wallet", wallet, {
  "GET /v1/wallet": async ({ user }) => ({ status: 200, body: await Wallet.read({ userId: user.userId }) }),

  "POST /v1/wallet/charges": async ({ user, body, idempotency, viewer, now }) => ({
    status: 201,
    body: await Wallet.charge({ userId: user.userId, ...body, viewer, idempotency, now }),
  }),

  "GET /v1/wallet/entries": async ({ user, query }) => ({
    status: 200,
    body: await Wallet.entries({ userId: user.userId, cursor: query.cursor, limit: query.limit ?? LIMIT }),
  }),
});
