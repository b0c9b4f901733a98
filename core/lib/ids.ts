/** The only source of randomness and of ids: prefixed ULIDs, which sort by the time they were made. */
import { createHash, randomBytes, randomInt } from "node:crypto";
import { decodeTime, ulid } from "ulid";
import type { Prefix } from "./id-form.ts";

export { type Prefix, pattern, ULID } from "./id-form.ts";

/** A fresh id made at `now` (epoch ms). */
export const make = (prefix: Prefix, now: number): string => `${prefix}_${ulid(now)}`;

/** When an id was made (epoch ms). */
export const madeAt = (id: string): number => decodeTime(id.slice(id.indexOf("_") + 1));

/**
 * An id derived from its parts: the same parts give the same id, so that a retried request names the same thing. It has 20 characters of
 * base64url (15 bytes), which fits into the short names of payment gateways.
 */
export const derive = (...parts: string[]): string =>
  createHash("sha256").update(parts.join("\u0000")).digest("base64url").slice(0, 20);

export const random = (bytes: number): Buffer => randomBytes(bytes);

/** A uniform integer in [0, below). */
export const below = (below: number): number => randomInt(below);

export const sha256 = (value: string | Uint8Array): string => createHash("sha256").update(value).digest("hex");
