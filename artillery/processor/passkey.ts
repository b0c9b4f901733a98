/** Passkeys of visitors. An emulator plays their devices and browsers. */
import {
  AuthenticatorEmulator,
  deserializeCredential,
  PasskeysCredentialsMemoryRepository,
  serializeCredential,
  WebAuthnEmulator,
} from "nid-webauthn-emulator";
import { ask, type Context, type Request, type Response, read } from "./hook.ts";

const device = (passkey?: string) => {
  const credentialsRepository = new PasskeysCredentialsMemoryRepository();
  if (passkey)
    credentialsRepository.saveCredential(deserializeCredential(Buffer.from(passkey, "base64url").toString()));
  return {
    emulator: new WebAuthnEmulator(new AuthenticatorEmulator({ credentialsRepository })),
    credentialsRepository,
  };
};

/** Adds a passkey to an account that has just signed in. The answer has its private key, so that any process can sign with it. */
export const addPasskey = async (target: string, token: string): Promise<string> => {
  const headers = { authorization: `Bearer ${token}` };
  const options = await ask("POST", `${target}/v1/passkeys/options`, {}, headers);
  const { emulator, credentialsRepository } = device();
  const credential = emulator.createJSON(new URL(target).origin, options);
  await ask("POST", `${target}/v1/passkeys`, { name: "A device", credential }, headers);
  const text = credentialsRepository.loadCredentials().map(serializeCredential).join();
  return Buffer.from(text).toString("base64url");
};

export async function challenged(_: Request, response: Response, { vars }: Context): Promise<void> {
  vars.options = read(response);
}

/** Signs the challenge. It takes about a millisecond, before the request's clock starts. */
export async function signed(request: Request, { vars }: Context): Promise<void> {
  const { emulator } = device(vars.passkey);
  request.json = { credential: emulator.getJSON(new URL(vars.target).origin, vars.options) };
}
