/** The basket: one for each user and event. Queue and order use it. It decides which hold may begin, and which admission is revoked. */
export { type Basket, basketKey, toBasket } from "./basket.table.ts";
export { keep, open } from "./change.ts";
export { buy, giveBack, release } from "./close.ts";
export { inform } from "./inform.ts";
export { cooldownUntil, type Idempotency, openOrderAt, revokedUntilOf, usedBy } from "./limits.ts";
export { read, revokeAdmissions, revokedUntil } from "./revoke.ts";
