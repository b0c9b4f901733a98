/** The wallet: points, and a ledger entry for every change of them. */
export { charge, form } from "./charge.ts";
export { againAfterSeconds, follow, holds, look, resume } from "./follow.ts";
export { CURRENCY, entries, read } from "./ledger.ts";
export { forfeit, payback } from "./payback.ts";
export * from "./schema.ts";
export { finishedChargeKeptMs, move } from "./wallet.table.ts";
