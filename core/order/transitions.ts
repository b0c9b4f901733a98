/** How an order moves from one state to the next, as the items of transactions. giving-back.ts has the ways back. */
export { maxAttempts, mayTry, refuse } from "./attempts.ts";
export { confirm } from "./confirm.ts";
export { disputed, settled } from "./debt.ts";
export { asked, close, decline, settleGraceMs, startPaying } from "./paying.ts";
