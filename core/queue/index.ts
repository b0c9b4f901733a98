/** The queue: a lobby before the sale opens, a draw at the opening, and a line that moves up to the capacity. */
export { claim, free, leave } from "./claim.ts";
export { commitmentOf, permutation } from "./draw.ts";
export { forget, placesOf } from "./forget.ts";
export { join } from "./join.ts";
export * from "./schema.ts";
export { type Stats, stats, status } from "./status.ts";
export { admitted } from "./tokens.ts";
