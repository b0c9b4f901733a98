/** Accounts, sessions, wallets. */
import * as Account from "#core/account/schema.ts";
import { Paging } from "#core/lib/schemas.ts";
import * as Wallet from "#core/wallet/schema.ts";
import { dear, type Route, steady } from "./route.ts";

export const accounts = {
  "POST /v1/accounts": {
    service: "accounts",
    auth: "public",
    summary: "Sign up",
    body: Account.NewAccount,
    answers: { 201: Account.Account },
    errors: [Account.EmailTaken],
    throttle: dear,
  },
  "POST /v1/sessions": {
    service: "accounts",
    auth: "public",
    summary: "Sign in",
    body: Account.Credentials,
    answers: { 201: Account.Session },
    errors: [Account.InvalidCredentials, Account.SignInChallenge, Account.TooManyAttempts],
    throttle: dear,
  },
  "POST /v1/sessions/refresh": {
    service: "accounts",
    auth: "public",
    summary: "Exchange a refresh token for a new pair",
    body: Account.Refresh,
    answers: { 201: Account.Session },
    errors: [Account.SessionInvalid, Account.SessionReused],
    throttle: steady,
  },
  "DELETE /v1/sessions": {
    service: "accounts",
    auth: "user",
    summary: "Sign out of this session",
    answers: { 204: null },
    throttle: steady,
  },
  "GET /v1/me": {
    service: "accounts",
    auth: "user",
    summary: "Who I am",
    answers: { 200: Account.Me },
    throttle: steady,
  },
  "GET /v1/wallet": {
    service: "accounts",
    auth: "user",
    summary: "My balance",
    answers: { 200: Wallet.Wallet },
    throttle: steady,
  },
  "POST /v1/wallet/charges": {
    service: "accounts",
    auth: "user",
    summary: "Charge points",
    idempotent: true,
    body: Wallet.Charge,
    answers: { 201: Wallet.Charged },
    errors: [Wallet.ChargeDeclined, Wallet.BalanceTooHigh, Wallet.ChargePending],
    throttle: steady,
  },
  "GET /v1/wallet/entries": {
    service: "accounts",
    auth: "user",
    summary: "My ledger, newest first",
    query: Paging,
    answers: { 200: Wallet.Entries },
    throttle: steady,
  },
} as const satisfies Record<string, Route>;
