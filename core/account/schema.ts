import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { lazy, named, text } from "#core/lib/schemas.ts";

/** Compared case-insensitively, stored as given. */
export const email = () => z.email().check(z.maxLength(254));
/** 8–128 characters, no composition rule (NIST SP 800-63B). */
const password = () => z.string().check(z.minLength(8), z.maxLength(128));

/** The languages of pages and e-mails. */
export const Locale = lazy(() => z.enum(["en", "ko"]));
export type Locale = z.infer<typeof Locale>;

export const NewAccount = named("NewAccount", () =>
  z.strictObject({
    email: email(),
    password: password(),
    name: text(100),
    /** The language of the account's e-mails. Default: `en`. */
    locale: z.optional(Locale),
  }),
);
export type NewAccount = z.infer<typeof NewAccount>;

const account = () => ({ userId: z.string(), email: z.string(), name: z.string(), locale: z.optional(Locale) });

export const Account = named("Account", () => z.object(account()));
export type Account = z.infer<typeof Account>;

export const Me = named("Me", () => z.object({ ...account(), roles: z.array(z.string()) }));
export type Me = z.infer<typeof Me>;

export const Credentials = named("Credentials", () =>
  z.strictObject({
    email: z.string().check(z.maxLength(254)),
    password: z.string().check(z.maxLength(128)),
    /** The answer to `session.challenge_required`. */
    challenge: z.optional(z.string().check(z.maxLength(2_000))),
  }),
);
export type Credentials = z.infer<typeof Credentials>;

export const Session = named("Session", () =>
  z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int(), tokenType: z.literal("Bearer") }),
);
export type Session = z.infer<typeof Session>;

export const Refresh = named("Refresh", () => z.strictObject({ refreshToken: z.string().check(z.maxLength(2_000)) }));

/** The bearer of an access token. */
export type Principal = { userId: string; sessionId: string };

export const EmailTaken = define("account.email_taken", 409, "An account with this e-mail address already exists.");
export const InvalidCredentials = define("session.invalid_credentials", 401, "E-mail or password is wrong.");
export const TooManyAttempts = define("session.too_many_attempts", 429, "Too many failed attempts: try again later.");
export const SignInChallenge = define(
  "session.challenge_required",
  403,
  "Many sign-ins from this address have failed, so each needs a proof of work. Send `challenge`: the token, a dot and a nonce. Its SHA-256 must begin with `difficulty` zero bits.",
);
export const SessionInvalid = define(
  "session.invalid",
  401,
  "This refresh token is not valid or has expired. Sign in again.",
);
export const SessionEnded = define("session.ended", 401, "This session has ended. Sign in again.");
export const SessionNotRecent = define(
  "session.not_recent",
  403,
  "This needs a sign-in of at most ten minutes ago: sign in again.",
);
export const SessionReused = define(
  "session.reused",
  401,
  "This refresh token was used before, so the session is revoked. Sign in again.",
);
