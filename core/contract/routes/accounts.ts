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
    body: Account.SignIn,
    answers: { 201: Account.Session },
    errors: [Account.InvalidCredentials, Account.CodeInvalid, Account.SignInChallenge, Account.TooManyAttempts],
    throttle: expensive,
  },
  "POST /v1/codes": {
    service: "accounts",
    auth: "public",
    summary: "Have a code mailed. The answer is the same for an address without an account",
    body: Account.NewCode,
    answers: { 202: Account.CodeSent },
    errors: [Account.CodeTooMany],
    throttle: expensive,
  },
  "POST /v1/accounts/password": {
    service: "accounts",
    auth: "public",
    summary: "Set a new password with a code. All sessions end",
    body: Account.PasswordReset,
    answers: { 204: null },
    errors: [Account.CodeInvalid],
    throttle: expensive,
  },
  "POST /v1/accounts/verification": {
    service: "accounts",
    auth: "optional",
    summary:
      "Prove the e-mail address with a code. The first proof without a session or password of the account removes its credentials",
    body: Account.Verification,
    answers: { 204: null },
    errors: [Account.CodeInvalid, Account.InvalidCredentials],
    throttle: expensive,
  },
  "POST /v1/accounts/disown": {
    service: "accounts",
    auth: "public",
    summary: "Undo what an e-mail reports, with the token of its link: this was not me",
    body: Account.Disown,
    answers: { 204: null },
    errors: [Account.DisownInvalid],
    throttle: expensive,
  },
  "POST /v1/sessions/refresh": {
    service: "accounts",
    auth: "public",
    summary: "Exchange a refresh token for a new pair",
    body: Account.Refresh,
    answers: { 201: Account.Session },
    errors: [Account.SessionInvalid, Account.SessionReused, Account.SessionUnproven],
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
