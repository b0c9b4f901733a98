import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { pattern } from "#core/lib/id-form.ts";
import { Instant, lazy, named, text } from "#core/lib/schemas.ts";
import { email } from "./address-schema.ts";
import { NewPasskey } from "./passkey-schema.ts";

export * from "./address-schema.ts";
export * from "./passkey-schema.ts";

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

/** A sign-up with a passkey instead of a password. */
export const NewPasskeyAccount = named("NewPasskeyAccount", () =>
  z.strictObject({ email: email(), name: text(100), locale: z.optional(Locale), passkey: NewPasskey }),
);
export type NewPasskeyAccount = z.infer<typeof NewPasskeyAccount>;

export const SignUp = named("SignUp", () => z.union([NewAccount, NewPasskeyAccount]));

/** Whose passkey is to be made: the bearer's, or a new account's. */
export const PasskeyWanted = named("PasskeyWanted", () =>
  z.union([z.strictObject({}), z.strictObject({ email: email(), name: text(100) })]),
);
export type PasskeyWanted = { email?: string; name?: string };

const account = () => ({ userId: z.string(), email: z.string(), name: z.string(), locale: z.optional(Locale) });

const Account = lazy(() => z.object(account()));
export type Account = z.infer<typeof Account>;

export const Me = named("Me", () =>
  z.object({
    ...account(),
    /** Whether a code that was mailed to the address has come back. */
    emailVerified: z.boolean(),
    roles: z.array(z.string()),
  }),
);
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

export const purposes = ["signin", "reset", "verify"] as const;
/** `email`: to change an account's address to the one that gets the code. Only a session of the account asks for it. */
export type Purpose = (typeof purposes)[number] | "email";

export const NewCode = named("NewCode", () =>
  z.strictObject({
    email: email(),
    purpose: z.enum(purposes),
    locale: z.optional(Locale),
    /** The token of the link "this was not me" in an e-mail of the last 24 hours to this mailbox. The code then has limits of its own. */
    letter: z.optional(z.string().check(z.maxLength(2_000))),
  }),
);
export type NewCode = z.infer<typeof NewCode>;

/** The code itself is in the e-mail. */
export const CodeSent = named("CodeSent", () => z.object({ codeId: z.string() }));
export type CodeSent = z.infer<typeof CodeSent>;

const guess = () => ({
  codeId: z.string().check(z.regex(pattern("cod"), "is not a codeId of POST /v1/codes")),
  code: z.string().check(z.regex(/^[0-9]{8}$/, "is not eight digits")),
});

/** `password`: the current one. With it, the first proof of an address removes nothing. */
const proof = () => ({ ...guess(), password: z.optional(z.string().check(z.maxLength(128))) });

export const SignIn = named("SignIn", () => z.union([Credentials, z.strictObject(proof())]));

export const Verification = named("Verification", () => z.strictObject(proof()));
export type Verification = z.infer<typeof Verification>;

export const PasswordReset = named("PasswordReset", () => z.strictObject({ ...guess(), password: password() }));
export type PasswordReset = z.infer<typeof PasswordReset>;

export const Disown = named("Disown", () => z.strictObject({ token: z.string().check(z.maxLength(2_000)) }));

export const Session = named("Session", () =>
  z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int(), tokenType: z.literal("Bearer") }),
);
export type Session = z.infer<typeof Session>;

export const Refresh = named("Refresh", () => z.strictObject({ refreshToken: z.string().check(z.maxLength(2_000)) }));

const method = () => z.enum(["password", "code", "passkey"]);
export type Method = z.infer<ReturnType<typeof method>>;

/** `device`: the User-Agent of the sign-in. `lastUsedAt`: the last refresh, at least every 30 minutes while it is used. */
export const SessionList = named("SessionList", () =>
  z.object({
    items: z.array(
      z.object({
        sessionId: z.string(),
        current: z.boolean(),
        method: method(),
        device: z.string(),
        signedInAt: Instant,
        lastUsedAt: Instant,
      }),
    ),
  }),
);
export type SessionList = z.infer<typeof SessionList>;

export const ProfilePatch = named("ProfilePatch", () =>
  z.strictObject({ name: z.optional(text(100)), locale: z.optional(Locale) }),
);
export type ProfilePatch = z.infer<typeof ProfilePatch>;

/** `current` is not needed within ten minutes after a sign-in. */
export const NewPassword = named("NewPassword", () =>
  z.strictObject({ current: z.optional(z.string().check(z.maxLength(128))), password: password() }),
);
export type NewPassword = z.infer<typeof NewPassword>;

/** `session`: of a sign-up with a passkey, which would be asked for a second time otherwise. */
export const SignedUp = named("SignedUp", () => z.object({ ...account(), session: z.optional(Session) }));
export type SignedUp = z.infer<typeof SignedUp>;

/** The bearer of an access token. `verified`: the e-mail address was proven when the token was signed. */
export type Principal = { userId: string; sessionId: string; verified: boolean };

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
export const WrongPassword = define("account.wrong_password", 403, "The current password is wrong.");
export const SessionNotFound = define("session.not_found", 404, "This account has no session with this id.");
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
export const SessionUnproven = define(
  "session.unproven",
  401,
  "The e-mail address of this account was proven elsewhere, without this session. Sign in with a code.",
);
export const CodeInvalid = define(
  "code.invalid",
  401,
  "This code is not valid: it is wrong, expired, already used, or was replaced by a newer one. Ask for a new code.",
);
export const CodeTooMany = define(
  "code.too_many",
  429,
  "Too many codes were asked for from this network or for this mailbox: try again later.",
);
export const Unverified = define(
  "account.unverified",
  403,
  "This event asks for a proven e-mail address: prove it with a code (POST /v1/codes), refresh the session, and join.",
);
export const DisownInvalid = define("account.disown_invalid", 401, "This link is not valid or has expired.");
