/** Wallets: balance, charges and ledger. */
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
    session: "checked",
    summary: "Charge points. The answer is 202 while the gateway or the buyer has something to do",
    idempotent: true,
    body: Wallet.Charge,
    answers: { 201: Wallet.Charged, 202: Wallet.ChargeView },
    errors: [
      Wallet.ChargeDeclined,
      Declines.TooManyDeclined,
      Wallet.CardsOff,
      Wallet.BalanceTooHigh,
      Wallet.ChargePending,
    ],
    throttle: steady,
  },
  "POST /v1/wallet/charges/form": {
    service: "wallet",
    auth: "user",
    session: "checked",
    summary: "The data for the provider's payment window. Send the charge with the same Idempotency-Key",
    idempotent: true,
    body: Wallet.Window,
    answers: { 200: Wallet.ChargeForm },
    errors: [Wallet.CardsOff, Declines.TooManyDeclined, Wallet.BalanceTooHigh],
    throttle: steady,
  },
  "GET /v1/wallet/charges/{chargeId}": {
    service: "wallet",
    auth: "user",
    summary: "A charge of mine. While it is pending, the gateway is asked again, at most every two seconds",
    answers: { 200: Wallet.ChargeView },
    errors: [Wallet.ChargeNotFound],
    throttle: steady,
  },
  "POST /v1/wallet/charges/{chargeId}/return": {
    service: "wallet",
    auth: "user",
    summary: "Continue after the bank, or give up (`cancel`). The answer is the charge's new state",
    body: Wallet.Return,
    answers: { 200: Wallet.ChargeView },
    errors: [Wallet.ChargeNotFound],
    throttle: steady,
  },
  "POST /v1/wallet/payback": {
    service: "wallet",
    auth: "user",
    session: "recent",
    summary:
      "Pay my balance back to the cards that charged it, the newest charge first. A worker does it within minutes",
    answers: { 202: Wallet.Payback },
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
