/**
 * The protocol of passkeys: what a browser is asked for, and whether its answer is right. The library is loaded only to verify an answer,
 * so a sign-in by password does not load it.
 */
import { link } from "#core/lib/config.ts";
import type { Passkey } from "./passkey.table.ts";
import { challengeMs } from "./passkey-challenge.ts";
import type { CreationOptions, NewCredential, RequestOptions, SignedCredential } from "./schema.ts";

/** COSE's EdDSA, ES256 and RS256, the best first. */
const algorithms = [-8, -7, -257];

/** Whose passkeys they are: a passkey is bound to the host of the public address, and is not valid at another one. */
const site = (): { rpId: string; origin: string } => {
  const { hostname, origin } = new URL(link("Settings").publicUrl);
  return { rpId: hostname, origin };
};

type Registration = {
  challenge: string;
  user: { userId: string; email: string; name: string };
  /** Passkeys that the account has already, so that no device gets a second one. */
  known: string[];
};

/** The passkey must be discoverable, because a sign-in names no account, and its device must verify the user. */
export const creationOptions = ({ challenge, user, known }: Registration): CreationOptions => ({
  challenge,
  rp: { id: site().rpId, name: "Onsale" },
  user: { id: Buffer.from(user.userId).toString("base64url"), name: user.email, displayName: user.name },
  pubKeyCredParams: algorithms.map((alg) => ({ alg, type: "public-key" })),
  timeout: challengeMs,
  attestation: "none",
  excludeCredentials: known.map((id) => ({ id, type: "public-key" })),
  authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
});

export const requestOptions = (challenge: string): RequestOptions => ({
  challenge,
  rpId: site().rpId,
  timeout: challengeMs,
  userVerification: "required",
  allowCredentials: [],
});

/** The members of an answer that say nothing, and that the library wants. */
const rest = (id: string) => ({ rawId: id, type: "public-key" as const, clientExtensionResults: {} });

/** The new passkey that a browser's answer proves. Undefined if the answer is wrong. */
export const verifyCreation = async (
  credential: NewCredential,
  { challenge, userId }: { challenge: string; userId: string },
): Promise<Passkey | undefined> => {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const { decodeAttestationObject } = await import("@simplewebauthn/server/helpers");
  const { rpId, origin } = site();
  try {
    // We asked for no attestation. One with certificates would have us fetch their lists of revocations from addresses that it names.
    const attestation = decodeAttestationObject(Buffer.from(credential.response.attestationObject, "base64url"));
    const isSelf = attestation.get("fmt") === "packed" && !attestation.get("attStmt").get("x5c");
    if (attestation.get("fmt") !== "none" && !isSelf) return undefined;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...credential, ...rest(credential.id) },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified || registrationInfo.credential.id !== credential.id) return undefined;
    const { publicKey, counter } = registrationInfo.credential;
    return { credentialId: credential.id, userId, publicKey: Buffer.from(publicKey).toString("base64url"), counter };
  } catch {
    return undefined; // the library throws what is wrong with the answer
  }
};

/** The counter that a passkey has signed with the challenge. Undefined if the signature, origin, host or user verification is wrong. */
export const verifySignature = async (
  credential: SignedCredential,
  { challenge, passkey }: { challenge: string; passkey: Passkey },
): Promise<number | undefined> => {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { rpId, origin } = site();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...credential, ...rest(credential.id) },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      // without the stored counter: it is compared by the condition of the write, once the signature is known to be right
      credential: { id: credential.id, publicKey: Buffer.from(passkey.publicKey, "base64url"), counter: 0 },
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch {
    return undefined; // as above
  }
};
