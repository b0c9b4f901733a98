/** A device with passkeys, as a browser and its authenticator together answer our options. */
import {
  AuthenticatorEmulator,
  type AuthenticatorParameters,
  PasskeysCredentialsMemoryRepository,
  WebAuthnEmulator,
} from "nid-webauthn-emulator";
import type { CreationOptions, Passkey, RequestOptions } from "#core/account/schema.ts";
import type { Stage } from "./harness.ts";

/** The origin of the stage's public address. */
export const origin = "http://localhost:3000";

/** A device that verifies its user and counts its signatures, unless told otherwise. */
export const device = (wishes: Partial<AuthenticatorParameters> = {}) => {
  const credentialsRepository = wishes.credentialsRepository ?? new PasskeysCredentialsMemoryRepository();
  const emulator = new WebAuthnEmulator(new AuthenticatorEmulator({ ...wishes, credentialsRepository }));
  return {
    create: (options: CreationOptions, from = origin) => emulator.createJSON(from, options),
    sign: (options: RequestOptions, from = origin) => emulator.getJSON(from, options),
    /** Signs with its passkeys as if they were another host's. */
    signFor: (rpId: string, options: RequestOptions) => {
      const foreign = new PasskeysCredentialsMemoryRepository();
      for (const one of credentialsRepository.loadCredentials()) {
        const { publicKeyCredentialSource: source, authenticatorData: data } = one;
        const host = new (source.rpId.constructor as new (host: string) => typeof source.rpId)(rpId);
        foreign.saveCredential({
          ...one,
          publicKeyCredentialSource: { ...source, rpId: host },
          authenticatorData: { ...data, rpIdHash: host.hash },
        });
      }
      const browser = new WebAuthnEmulator(new AuthenticatorEmulator({ credentialsRepository: foreign }));
      return browser.getJSON(origin, { ...options, rpId }, [origin]);
    },
  };
};
export type Device = ReturnType<typeof device>;

/** Adds a passkey of a new device to an account that has just signed in. */
export const addPasskey = async (stage: Stage, { token }: { token: string }): Promise<Passkey> => {
  const { body: options } = await stage.call("POST /v1/passkeys/options", { token, body: {} });
  const body = { name: "A key", credential: device().create(options) };
  return (await stage.call("POST /v1/passkeys", { token, body })).body;
};
