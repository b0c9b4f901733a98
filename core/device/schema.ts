import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { Instant, named, text } from "#core/lib/schemas.ts";

/** At one event. Each entrance needs a few. */
export const maxDevices = 100;

export const NewDevice = named("NewDevice", () => z.strictObject({ name: text(60) }));

/** `token`: claims the device's pass once, until `expiresAt`. No other answer shows it. */
export const NewPass = named("NewPass", () =>
  z.object({ deviceId: z.string(), token: z.string(), expiresAt: Instant }),
);

export const Device = named("Device", () =>
  z.object({ deviceId: z.string(), name: z.string(), claimed: z.boolean(), addedAt: Instant }),
);
export const DeviceList = named("DeviceList", () => z.object({ items: z.array(Device) }));

export const DeviceClaim = named("DeviceClaim", () =>
  z.strictObject({
    token: z.string().check(z.minLength(1), z.maxLength(1_000)),
    /** An ECDSA key on P-256: the uncompressed point (65 bytes) in base64url. */
    publicKey: z.string().check(z.regex(/^B[\w-]{86}$/, "is not an uncompressed point of P-256 in base64url")),
  }),
);
export const ClaimedDevice = named("ClaimedDevice", () =>
  z.object({ deviceId: z.string(), eventId: z.string(), name: z.string() }),
);

export const DeviceNotFound = define("device.not_found", 404, "This event has no such device.");
export const TooManyDevices = define(
  "device.too_many",
  409,
  `This event has ${maxDevices} devices: revoke one that is not used any more.`,
);
export const PassInvalid = define(
  "device.pass_invalid",
  401,
  "This pass is not valid: it has expired, was revoked, or is not one of ours. Ask for a new pass.",
);
export const PassClaimed = define(
  "device.pass_claimed",
  409,
  "Another device has claimed this pass. Ask for a new pass.",
);
export const DeviceRevoked = define(
  "device.revoked",
  401,
  "This device has no pass, or its pass was revoked. Ask for a new pass.",
);
export const DeviceEnded = define(
  "device.ended",
  401,
  "The pass of this device has ended with its event: the event is over or cancelled.",
);
