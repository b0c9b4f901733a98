/** The form of an id, without the means to make one, so that schemas and pages can check ids. */
export type Prefix = "evt" | "ord" | "usr" | "ent" | "ses" | "cod" | "req" | "rf";

/** 128 bits in Crockford's base 32. The first character is ≤ 7. */
export const ULID = "[0-7][0-9A-HJKMNP-TV-Z]{25}";

export const pattern = (prefix: Prefix): RegExp => new RegExp(`^${prefix}_${ULID}$`);
