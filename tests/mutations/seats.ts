// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of sources, templates among them
/** Breakages of who gets a seat: the hold's conditions, the basket's, the seat's own. */
import type { Mutation } from "./mutation.ts";

const seat = "core/catalog/seat.table.ts";
const hold = "core/order/transaction.ts";
const holds = "tests/integration/order-hold.test.ts";
const scarce = "core/order/scarce.ts";
const picks = "tests/integration/order-pick.test.ts";

export const seats: Mutation[] = [
  {
    promise: "a seat that is held goes to nobody else",
    file: seat,
    text: '"attribute_not_exists(pk) OR (#state = :held AND heldUntil < :now)"',
    becomes: '"attribute_not_exists(pk) OR #state = :held OR heldUntil < :now"',
    tests: holds,
    name: "a seat wanted by 200 buyers",
  },
  {
    promise: "a seat that is sold goes to nobody else",
    file: seat,
    text: "(#state = :held AND heldUntil < :now)",
    becomes: "((#state = :held AND heldUntil < :now) OR #state <> :held)",
    tests: "tests/integration/guards.test.ts",
    name: "a seat that is sold is nobody else",
  },
  {
    promise: "a late payment sells no seat that others have taken over",
    file: seat,
    text: 'REMOVE heldUntil",\n    ConditionExpression: "orderId = :me"',
    becomes: 'REMOVE heldUntil",\n    ConditionExpression: "orderId = :me OR attribute_exists(pk)"',
    tests: "tests/integration/payment-card.test.ts",
    name: "an approval for a seat that was lost is voided",
  },
  {
    promise: "giving back frees no seat that others have taken over",
    file: seat,
    text: 'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me"',
    becomes: 'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me OR attribute_exists(pk)"',
    tests: "tests/integration/payment-refund.test.ts",
    name: "releasing a lapsed order touches neither",
  },
  {
    promise: "no card is asked for a seat that others have taken over",
    file: seat,
    text: '"orderId = :me AND #state = :held"',
    becomes: '"orderId = :me OR #state = :held"',
    tests: "tests/integration/guards.test.ts",
    name: "no card is asked for seats",
  },
  {
    promise: "a lapsed hold keeps nobody out",
    file: seat,
    text: "(seat.heldUntil ?? 0) >= now",
    becomes: "(seat.heldUntil ?? 0) > 0",
    tests: "tests/integration/catalog-availability.test.ts",
    name: "laps",
  },
  {
    promise: "a key that was used opens no second order",
    file: hold,
    text: '"(attribute_not_exists(lastKey) OR lastKey <> :key)"',
    becomes: '"(attribute_not_exists(lastKey) OR lastKey <> :key OR lastKey = :key)"',
    tests: holds,
    name: "a replay after the order closed",
  },
  {
    promise: "a user has one open order of an event",
    file: hold,
    text: '"(attribute_not_exists(openOrder) OR openUntil < :now)"',
    becomes: '"(attribute_not_exists(openOrder) OR openUntil < :now OR openUntil >= :now)"',
    tests: holds,
    name: "of a user's 20 requests at once",
  },
  {
    promise: "a user buys no more than the event allows",
    file: hold,
    text: '"(attribute_not_exists(bought) OR bought <= :room)"',
    becomes: '"(attribute_not_exists(bought) OR bought <= :room OR bought > :room)"',
    tests: holds,
    name: "a user buys at most as many seats",
  },
  {
    promise: "a spent admission opens nothing",
    file: hold,
    text: "(attribute_not_exists(spent) OR spent < :admittedAt)",
    becomes: "(attribute_not_exists(spent) OR spent < :admittedAt OR spent >= :admittedAt)",
    tests: "tests/integration/order-conflict.test.ts",
    name: "an admission is spent by paying and by leaving",
  },
  {
    promise: "an admission that was left opens nothing",
    file: hold,
    text: "(attribute_not_exists(notBefore) OR notBefore < :admittedAt)",
    becomes: "(attribute_not_exists(notBefore) OR notBefore < :admittedAt OR notBefore >= :admittedAt)",
    tests: "tests/integration/order-conflict.test.ts",
    name: "an admission is spent by paying and by leaving",
  },
  {
    promise: "a key comes with one request only",
    file: hold,
    text: "if (basket.lastHash !== hash) throw IdempotencyMismatch();",
    becomes: "",
    tests: holds,
    name: "a key that comes with another body",
  },
  {
    promise: "an order's owner is its key",
    file: "core/order/order.table.ts",
    text: "({ pk: `USER#${userId}`, sk: `ORDER#${orderId}` })",
    becomes: "({ pk: `USER#${userId.slice(0, 4)}`, sk: `ORDER#${orderId}` })",
    tests: "tests/integration/payment-points.test.ts",
    name: "another user's order is not found",
  },
  {
    promise: "seats that come back here are not hidden by what is believed",
    file: scarce,
    text: "    memories.delete(eventId);",
    becomes: "    void eventId;",
    tests: picks,
    name: "what is given back while a look is under way",
  },
  {
    promise: "that nothing is left is believed no longer than the next hold lasts",
    file: scarce,
    text: "return proven && now <= until;",
    becomes: "return proven && until > 0;",
    tests: picks,
    name: "a hold that lapses is found at once",
  },
  {
    promise: "who had an order is told nothing that was only believed",
    file: "core/order/hold.ts",
    text: "prove(basket.lastOrder === undefined)",
    becomes: "prove(true)",
    tests: picks,
    name: "a seat that comes back elsewhere",
  },
];
