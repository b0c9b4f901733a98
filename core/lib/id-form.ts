/** The form of an id, without the means to make one, so that schemas and pages can check ids. */
export type Prefix =
  | "evt"
  | "ord"
  | "usr"
  | "ent"
  | "ses"
  | "cod"
  | "chg"
  | "req"
  | "rf"
  | "org"
  | "inv"
  | "dev"
  | "log";

/** 128 bits in Crockford's base 32. The first character is ≤ 7. */
export const ULID = "[0-7][0-9A-HJKMNP-TV-Z]{25}";

export const pattern = (prefix: Prefix): RegExp => new RegExp(`^${prefix}_${ULID}$`);

/** The prefix of each id in a path whose form is checked before anything is read, by the parameter's name. */
export const prefixes: Record<string, Prefix> = { eventId: "evt", orderId: "ord", deviceId: "dev" };

/** A WebAuthn credential's id in base64url. The key of an item has to hold it, so it is shorter than the 1,023 bytes that WebAuthn allows. */
export const credentialPattern = /^[\w-]{1,900}$/;
