/** Orders: from held seats to confirmed ones and, if need be, back. */
export { attention, isRefundDelayed } from "./attention.ts";
export * as GivingBack from "./giving-back.ts";
export { hold } from "./hold.ts";
export { ended, many, pass, type Trace } from "./live.ts";
export { changeMailAddress } from "./mail-address.ts";
export { askMail, askMailByOrganiser } from "./mail-request.ts";
export { mailed, mailOf, unsent } from "./mails.ts";
export {
  type Attempt,
  checkInKey,
  confirmedCheck,
  isOrder,
  type Order,
  type OrderSeat,
  orderKey,
  type Refund,
  ticketId,
  toOrder,
  undoneKey,
} from "./order.table.ts";
export { adminView, listForOrganiser, ofEvent, stats } from "./organiser.ts";
export { all, find, get, list, open, ownerOf, unknownOrder } from "./read.ts";
export * as Refusals from "./refusals.ts";
export { release } from "./release.ts";
export * from "./schema.ts";
export { invalidateAfter } from "./sold-out-cache.ts";
export * as Transitions from "./transitions.ts";
export { ownView, statusAt, view } from "./view.ts";
