/** Events, their plans and their seats: what is for sale. */
export { availability, counted, seatItems, sectionSeats, taken } from "./availability.ts";
export { cancelItem, passed } from "./cancel.ts";
export { change } from "./change.ts";
export { create } from "./create.ts";
export { publish, remove } from "./draft.ts";
export { type Frozen, freeze } from "./draw.ts";
export {
  event,
  find,
  forget,
  freshMeta as forOrganiser,
  known,
  onSale,
  organiserView,
  ownerOf,
  plan,
  priceOf,
  returnsUntil,
  status,
  view,
} from "./event.ts";
export { list } from "./list.ts";
export { mailedFacts } from "./mailed-facts.ts";
export { adoptAll, ofOrganisations, starting } from "./organisation-list.ts";
export type { Plan } from "./plan-schema.ts";
export { postpone } from "./postpone.ts";
export { defaultWorkBits } from "./queue-rules.ts";
export * from "./schema.ts";
export { holdSeat, isTaken, keepSeat, type SeatRef, seatKey, type TakenSeat, toTakenSeat } from "./seat.table.ts";
export { freeSeat, sellSeat } from "./seat-end.ts";
export { generalSeat, type Run, type SeatIndex, type SeatIndexSection, seats } from "./seat-index.ts";
export { enterSeat, leaveSeat } from "./seat-mark.ts";
export { type SeatPosition, seatPage } from "./seat-page.ts";
