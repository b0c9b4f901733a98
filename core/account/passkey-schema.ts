/** Passkeys as browsers and pages send and read them. The names are those of WebAuthn's own JSON. */
import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { credentialPattern } from "#core/lib/id-form.ts";
import { Instant, lazy, named, text } from "#core/lib/schemas.ts";

const base64url = (max: number) => z.string().check(z.maxLength(max), z.regex(/^[\w-]+$/, "is not base64url"));

const credentialId = () => z.string().check(z.regex(credentialPattern, "is not 1–900 characters of base64url"));

/** What a browser answers to options for a new passkey. Its other members are not used. */
const NewCredential = lazy(() =>
  z.object({
    id: credentialId(),
    response: z.object({
      clientDataJSON: base64url(4_000),
      attestationObject: base64url(16_000),
    }),
  }),
);
export type NewCredential = z.infer<typeof NewCredential>;

/** What a browser answers to options for a sign-in. Its other members are not used. */
const SignedCredential = lazy(() =>
  z.object({
    id: credentialId(),
    response: z.object({
      clientDataJSON: base64url(4_000),
      authenticatorData: base64url(4_000),
      signature: base64url(4_000),
      userHandle: base64url(100),
    }),
  }),
);
export type SignedCredential = z.infer<typeof SignedCredential>;

export const PasskeySignIn = named("PasskeySignIn", () => z.strictObject({ credential: SignedCredential }));

/** `name`: the user's own, to tell passkeys apart. */
export const NewPasskey = named("NewPasskey", () => z.strictObject({ name: text(100), credential: NewCredential }));
export type NewPasskey = z.infer<typeof NewPasskey>;

export const Passkey = named("Passkey", () =>
  z.object({ passkeyId: z.string(), name: z.string(), createdAt: Instant, lastUsedAt: z.optional(Instant) }),
);
export type Passkey = z.infer<typeof Passkey>;

export const PasskeyList = named("PasskeyList", () => z.object({ items: z.array(Passkey) }));
export type PasskeyList = z.infer<typeof PasskeyList>;

const publicKeyType = () => z.literal("public-key");
const credential = () => z.object({ id: z.string(), type: publicKeyType() });

/** For `navigator.credentials.create`, with binary values in base64url. */
export const CreationOptions = named("CreationOptions", () =>
  z.object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ alg: z.int(), type: publicKeyType() })),
    timeout: z.int(),
    attestation: z.literal("none"),
    excludeCredentials: z.array(credential()),
    authenticatorSelection: z.object({
      residentKey: z.literal("required"),
      requireResidentKey: z.boolean(),
      userVerification: z.literal("required"),
    }),
  }),
);
export type CreationOptions = z.infer<typeof CreationOptions>;

/** For `navigator.credentials.get`. It names no passkey, so it reveals no account. */
export const RequestOptions = named("RequestOptions", () =>
  z.object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    userVerification: z.literal("required"),
    allowCredentials: z.array(credential()),
  }),
);
export type RequestOptions = z.infer<typeof RequestOptions>;

export const PasskeyInvalid = define(
  "passkey.invalid",
  401,
  "This passkey was not accepted: it is unknown or was removed, or its answer is wrong, late, or was used before. Ask for new options and try again.",
);
export const PasskeyRefused = define(
  "passkey.refused",
  422,
  "This passkey cannot be added: its answer is wrong, late, or was used before. Ask for new options and try again.",
);
export const PasskeyExists = define("passkey.exists", 409, "This passkey is already registered.");
export const PasskeyTooMany = define(
  "passkey.too_many",
  409,
  "This account has 20 passkeys, which is the most: remove one first.",
);
export const PasskeyNotFound = define("passkey.not_found", 404, "This account has no passkey with this id.");
export const PasskeyLast = define(
  "passkey.last",
  409,
  "This is the account's only way to sign in: set a password, prove the e-mail address, or add another passkey first.",
);
