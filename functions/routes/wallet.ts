/** Wallets: a balance, what charges it, and its ledger. */
import * as Declines from "#core/declines/schema.ts";
import { Paging } from "#core/lib/schemas.ts";
import * as Wallet from "#core/wallet/schema.ts";
import { type Route, steady } from "./route.ts";

export const wallet = {
  "GET /v1/wallet": {
    service: "wallet",
    auth: "user",
    summary: "My balance",
    answers: { 200: Wallet.Wallet },
    throttle: steady,
  },
  "POST /v1/wallet/charges": {
    service: "wallet",
    auth: "user",
    summary: "Charge points",
    idempotent: true,
    body: Wallet.Charge,
    answers: { 201: Wallet.Charged },
    errors: [Wallet.ChargeDeclined, Declines.TooManyDeclined, Wallet.BalanceTooHigh, Wallet.ChargePending],
    throttle: steady,
  },
  "GET /v1/wallet/entries": {
    service: "wallet",
    auth: "user",
    summary: "My ledger, newest first",
    query: Paging,
    answers: { 200: Wallet.Entries },
    throttle: steady,
  },
} as const satisfies Record<string, Route>;
