/** Accounts and sessions. */
import * as Account from "#core/account/schema.ts";
import { expensive, type Route, steady } from "./route.ts";

export const accounts = {
  "POST /v1/accounts": {
    service: "accounts",
    auth: "public",
    summary: "Sign up",
    body: Account.NewAccount,
    answers: { 201: Account.Account },
    errors: [Account.EmailTaken],
    throttle: expensive,
  },
  "POST /v1/sessions": {
    service: "accounts",
    auth: "public",
    summary: "Sign in",
    body: Account.Credentials,
    answers: { 201: Account.Session },
    errors: [Account.InvalidCredentials, Account.SignInChallenge, Account.TooManyAttempts],
    throttle: expensive,
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
} as const satisfies Record<string, Route>;
