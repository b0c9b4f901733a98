/**
 * Who a device is. It signs each request with its key: a compact JWS (ES256) whose `kid` is `<eventId>.<deviceId>`, with `htm` (method), `htu`
 * (path), `iat` and `exp`. Body, query and other headers are not signed: only TLS protects them. The same request can be sent again within a
 * minute. A scan is then recognised by its key, and an undo by the time of its check-in.
 */
import { decodeProtectedHeader, jwtVerify } from "jose";
import type { Principal } from "#core/account/schema.ts";
import * as Catalog from "#core/catalog/index.ts";
import { getOne } from "#core/lib/dynamo.ts";
import { Unauthorized } from "#core/lib/errors.ts";
import type { Membership } from "#core/organisation/schema.ts";
import { areIds, deviceKey, toDevice } from "./device.table.ts";
import { DeviceEnded, DeviceRevoked } from "./schema.ts";

/** s after its signature in which a proof is valid, and by which a device's clock may be wrong: together at most a minute. */
const validSeconds = 50;
const clockToleranceSeconds = 5;

/** ms after its start in which an event's entrance is open. */
const openAfterStartMs = 86_400_000;

type Proof = { proof: string; method: string; path: string };

/**
 * The device that signed the request, with the role entrance at its event. The device is read in each request, so a revocation takes effect at
 * once; the event's start and cancellation within seconds. 401 `request.unauthorized`, `device.revoked`, `device.ended`.
 */
export const check = async ({
  now,
  ...sent
}: Proof & { now: number }): Promise<{ user: Principal; memberships: Membership[] }> => {
  const { eventId, deviceId } = namedIn(sent.proof);
  const [item, event] = await Promise.all([
    getOne("Accounts", deviceKey({ eventId, deviceId })),
    Catalog.known(eventId, now),
  ]);
  const publicKey = item && toDevice(item).publicKey;
  if (publicKey === undefined) throw DeviceRevoked();
  if (!(await isSigned(sent, publicKey, now))) throw Unauthorized();
  if (!event || event.cancelled || now > event.startsAt + openAfterStartMs) throw DeviceEnded();
  return {
    user: { userId: deviceId, sessionId: deviceId, verified: false },
    memberships: [{ organisationId: Catalog.organisationOf(event), role: "entrance", eventId }],
  };
};

/** What the header names. Only the signature proves it. */
const namedIn = (proof: string): { eventId: string; deviceId: string } => {
  const [eventId = "", deviceId = "", ...more] = kidOf(proof).split(".");
  if (!areIds(eventId, deviceId) || more.length > 0) throw Unauthorized();
  return { eventId, deviceId };
};

const kidOf = (proof: string): string => {
  try {
    return String(decodeProtectedHeader(proof).kid);
  } catch {
    throw Unauthorized(); // a header that cannot be read
  }
};

/** Whether this key signed this request in the last minute. The algorithm is fixed. */
const isSigned = async ({ proof, method, path }: Proof, publicKey: string, now: number): Promise<boolean> => {
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const point = Buffer.from(publicKey, "base64url");
    const key = await crypto.subtle.importKey("raw", point, curve, false, ["verify"]);
    const { payload } = await jwtVerify(proof, key, {
      algorithms: ["ES256"],
      requiredClaims: ["iat", "exp"],
      currentDate: new Date(now),
      maxTokenAge: validSeconds,
      clockTolerance: clockToleranceSeconds,
    });
    return payload.htm === method && payload.htu === path;
  } catch {
    return false;
  }
};
