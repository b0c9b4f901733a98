/** Codes by e-mail, and what they allow: a session, a proven address, a new password. Each step throws an `ApiProblem`. */
import type { Client } from "./client.ts";
import type { Answer, Request } from "./routes.ts";
import type { TokenPair } from "./shapes.ts";

/** How long a code is valid. */
export const codeMinutes = 10;

export type Guess = Request<"POST /v1/accounts/verification">["body"];

/**
 * Has a code mailed; answers its id. The answer is the same for an address without an account. With `letter`, the token of the link "this was
 * not me" in an e-mail of the last 24 hours to this mailbox, it is mailed also if a stranger has used up the address's codes.
 */
export const requestCode = async (api: Client, wanted: Request<"POST /v1/codes">["body"]): Promise<string> =>
  (await api.open("POST /v1/codes", { body: wanted })).codeId;

/**
 * Signs in by a code, and keeps the session in the client. The first proof of an address removes password, passkeys and other sessions of the
 * account, unless its current password comes with it.
 */
export const signInByCode = async (api: Client, guess: Guess): Promise<TokenPair> => {
  const pair = await api.open("POST /v1/sessions", { body: guess });
  api.session.keep(pair);
  return pair;
};

/** Proves the address of the signed-in account. It removes nothing, and the session then says that the address is proven. */
export const proveAddress = async (api: Client, guess: Guess): Promise<void> => {
  await api.call("POST /v1/accounts/verification", { body: guess });
  await api.session.renew();
};

/** Sets a new password. All sessions end. */
export const resetPassword = (api: Client, reset: Request<"POST /v1/accounts/password">["body"]): Promise<undefined> =>
  api.open("POST /v1/accounts/password", { body: reset });

export type Make = (
  options: Answer<"POST /v1/passkeys/options">,
) => Promise<Request<"POST /v1/passkeys">["body"]["credential"]>;
export type Sign = (
  options: Answer<"POST /v1/sessions/passkey/options">,
) => Promise<Request<"POST /v1/sessions/passkey">["body"]["credential"]>;

/** Signs in by a passkey that `sign` finds, and keeps the session in the client. */
export const signInByPasskey = async (api: Client, sign: Sign): Promise<TokenPair> => {
  const credential = await sign(await api.open("POST /v1/sessions/passkey/options"));
  const pair = await api.open("POST /v1/sessions/passkey", { body: { credential } });
  api.session.keep(pair);
  return pair;
};

export type NewPasskeyAccount = { email: string; name: string; locale?: "en" | "ko" };

/** Signs up with a passkey that `make` makes, named `name`, and keeps the session in the client. */
export const signUpByPasskey = async (api: Client, account: NewPasskeyAccount, name: string, make: Make) => {
  const { email, name: owner } = account;
  const credential = await make(await api.call("POST /v1/passkeys/options", { body: { email, name: owner } }));
  const { session } = await api.open("POST /v1/accounts", { body: { ...account, passkey: { name, credential } } });
  if (session) api.session.keep(session);
};

/** Adds a passkey that `make` makes to the signed-in account. */
export const addPasskey = async (api: Client, name: string, make: Make) => {
  const credential = await make(await api.call("POST /v1/passkeys/options", { body: {} }));
  return api.call("POST /v1/passkeys", { body: { name, credential } });
};
