/** The wallet: points, and a ledger entry for every change of them. */
export { charge, hasCharge, resume } from "./charge.ts";
export { CURRENCY, entries, move, read } from "./ledger.ts";
export * from "./schema.ts";
