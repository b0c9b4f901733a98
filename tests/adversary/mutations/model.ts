/** Breakages that the model check (tests/simulation) must notice by chance, without a hint. */
import type { Mutation } from "./mutation.ts";

const basket = "core/basket/change.ts";
const orders = "core/order/order.table.ts";
const givingBack = "core/order/giving-back.ts";

/** Breakages of the other lists that it must notice too, by promise. */
export const alsoByModel = [
  "nobody enters before their number is called",
  "never more visitors inside than the capacity",
  "a place lets in once",
  "joining again is the same place",
  "the draw is the one that was published",
  "a late record of an old purchase frees no later admission",
  "an admission that was left opens nothing",
  "a spent admission opens nothing",
  "a seat that is held goes to nobody else",
  "a seat that is sold goes to nobody else",
  "a user buys no more than the event allows",
  "a user has one open order of an event",
  "a key that was used opens no second order",
  "each of the last ten keys opens no second order, not only the last one",
  "an account with three unpaid holds within ten minutes waits",
  "a release frees no seat that others have taken over",
  "no debit beyond the balance",
  "a wallet's changes at once are each counted",
  "one key charges once",
  "no ticket without a charge, also when the authorisation is gone",
  "a late success for a closed attempt is undone",
  "nobody pays after payBy",
  "a refunded ticket lets nobody in, however close the requests",
  "an order with a used ticket is not refunded",
  "a ticket lets one person in",
  "a mail goes out once",
];

const anyStatus = {
  file: "core/order/confirm.ts",
  text: '["#status = :from", byPoints',
  becomes: '["(#status = :from OR #status <> :from)", byPoints',
};
const anyOpenOrder = { file: basket, text: '"openOrder = :me"', becomes: '"openOrder = :me OR attribute_exists(pk)"' };

export const model: Mutation[] = [
  {
    promise: "a late visitor takes no slot beyond the capacity",
    file: "core/queue/scripts/claim.lua.ts",
    text: "elseif active + reserved >= n('max') then",
    becomes: "elseif false then",
    model: true,
  },
  {
    promise: "an order that is not held any more is not paid",
    edits: [
      {
        file: "core/order/attempts.ts",
        text: 'status === "held" && attempts[attemptId] === undefined &&',
        becomes: "attempts[attemptId] === undefined &&",
      },
      anyStatus,
      anyOpenOrder,
    ],
    model: true,
  },
  { promise: "of two attempts at once one pays", edits: [anyStatus, anyOpenOrder], model: true },
  {
    promise: "of two refunds at once one returns money",
    edits: [
      {
        file: givingBack,
        text: '"#status = :confirmed",\n      refunds ? "attempts.#id.refunds = :before" : "attribute_not_exists(attempts.#id.refunds)"',
        becomes: '"(#status = :confirmed OR attribute_exists(pk))"',
      },
      {
        file: "core/catalog/seat-end.ts",
        text: 'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me"',
        becomes: 'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me OR attribute_not_exists(pk)"',
      },
      {
        file: "core/basket/close.ts",
        text: '"bought >= :seats"',
        becomes: '"bought >= :seats OR attribute_exists(pk)"',
      },
    ],
    model: true,
  },
  {
    promise: "an unpaid order's ticket lets nobody in",
    edits: [
      {
        file: "core/ticket/check-in.ts",
        text: 'if (order?.status !== "confirmed" || !seat) throw TicketInvalid();',
        becomes: "if (!order || !seat) throw TicketInvalid();",
      },
      {
        file: orders,
        text: 'ConditionExpression: "#status = :confirmed"',
        becomes: 'ConditionExpression: "#status = :confirmed OR attribute_exists(pk)"',
      },
      {
        file: "core/catalog/seat-mark.ts",
        text: '"orderId = :me AND #state = :sold"',
        becomes: '"(orderId = :me AND #state = :sold) OR attribute_exists(pk) OR attribute_not_exists(pk)"',
      },
    ],
    model: true,
  },
];
