/** A device at an event's entrance, as the phone's page is one: its key signs each request. */
import { randomBytes } from "node:crypto";
import { type CryptoKey, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import type { RouteKey } from "#core/contract/routes.ts";
import * as Devices from "#core/device/index.ts";
import { now } from "#core/lib/clock.ts";
import { type CallOptions, route } from "./stage.ts";

/** What is wrong about a proof. */
export type Wrong = { claims?: JWTPayload; header?: Partial<JWTHeaderParameters>; key?: CryptoKey | Uint8Array };

export const keyPair = async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const publicKey = Buffer.from(await crypto.subtle.exportKey("raw", pair.publicKey)).toString("base64url");
  return { privateKey: pair.privateKey, publicKey };
};

/** A text that has the form of a public key. */
export const someKey = (): string => `B${randomBytes(65).toString("base64url").slice(0, 86)}`;

/** A device that has claimed a pass for this event. */
export const device = async (eventId: string) => {
  const { privateKey, publicKey } = await keyPair();
  const { deviceId, token } = await Devices.add({ eventId, name: "Gate A", by: "usr_manager", now: now() });
  await Devices.claim({ token, publicKey, now: now() });

  const proof = (key: RouteKey, { params }: CallOptions = {}, wrong: Wrong = {}): Promise<string> => {
    const { method, path } = route(key, params);
    const iat = Math.floor(now() / 1000);
    return new SignJWT({ htm: method, htu: path, iat, exp: iat + 30, ...wrong.claims })
      .setProtectedHeader({ alg: "ES256", kid: `${eventId}.${deviceId}`, ...wrong.header })
      .sign(wrong.key ?? privateKey);
  };

  /** The request, signed. */
  const signed = async (key: RouteKey, options: CallOptions = {}, wrong?: Wrong): Promise<CallOptions> => {
    const authorization = `Device ${await proof(key, options, wrong)}`;
    return { ...options, headers: { ...options.headers, authorization } };
  };

  return { eventId, deviceId, publicKey, proof, signed };
};

export type Device = Awaited<ReturnType<typeof device>>;
