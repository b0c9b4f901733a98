// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of sources, templates among them
/** Deliberate breakages that the model must see by itself: `npm run prove:breakages` tells after how many actions it does. */

import type { Edit } from "#tests/adversary/mutations/mutation.ts";

/** Several edits where one condition stands behind another, so that either alone breaks nothing that can be seen. */
export type Breakage = { promise: string; edits: Edit[] };

const claim = "core/queue/scripts/claim.lua.ts";
const limits = "core/basket/limits.ts";
const basket = "core/basket/change.ts";
const moves = "core/order/transitions.ts";
const givingBack = "core/order/giving-back.ts";
const seat = "core/catalog/seat.table.ts";

const one = (promise: string, file: string, text: string, becomes: string): Breakage => ({
  promise,
  edits: [{ file, text, becomes }],
});

const queue: Breakage[] = [
  one(
    "nobody enters before their number is called",
    claim,
    "phase == 'paused' or number > n('serving')",
    "phase == 'paused'",
  ),
  one(
    "who comes late takes no room that is not there",
    claim,
    "elseif active + reserved >= n('max') then",
    "elseif false then",
  ),
  one(
    "no more are called than there is room for",
    "core/queue/scripts/advance.lua.ts",
    "grant = math.min(grant, n('max') - active - reserved - late)",
    "",
  ),
  one("a place lets in once", claim, "if admittedAt > 0 then return finish('spent') end", ""),
  one(
    "joining again is the same place",
    "core/queue/scripts/join.lua.ts",
    "if ordinal > 0 then",
    "if ordinal < 0 then",
  ),
  one("the draw is the one that was published", "core/queue/draw.ts", "const ROUNDS = 10;", "const ROUNDS = 9;"),
  one(
    "news of an old purchase frees no later admission",
    "core/queue/scripts/leave.lua.ts",
    "if ARGV[2] ~= '' and ARGV[2] ~= admittedAt then return {0, '0'} end",
    "",
  ),
  one(
    "an admission that was left opens nothing",
    limits,
    "(attribute_not_exists(notBefore) OR notBefore < :admittedAt)",
    "(attribute_not_exists(notBefore) OR notBefore < :admittedAt OR notBefore >= :admittedAt)",
  ),
  one(
    "a spent admission opens nothing",
    limits,
    "(attribute_not_exists(spent) OR spent < :admittedAt)",
    "(attribute_not_exists(spent) OR spent < :admittedAt OR spent >= :admittedAt)",
  ),
];

const seats: Breakage[] = [
  one(
    "a seat that is held goes to nobody else",
    seat,
    '"attribute_not_exists(pk) OR (#state = :held AND heldUntil < :now)"',
    '"attribute_not_exists(pk) OR #state = :held OR heldUntil < :now"',
  ),
  one(
    "a seat that is sold goes to nobody else",
    seat,
    "(#state = :held AND heldUntil < :now)",
    "((#state = :held AND heldUntil < :now) OR #state <> :held)",
  ),
  one(
    "a user buys no more than the event allows",
    limits,
    '"(attribute_not_exists(bought) OR bought <= :room)"',
    '"(attribute_not_exists(bought) OR bought <= :room OR bought > :room)"',
  ),
  one(
    "a user has one open order of an event",
    limits,
    '"(attribute_not_exists(openOrder) OR openUntil < :now)"',
    '"(attribute_not_exists(openOrder) OR openUntil < :now OR openUntil >= :now)"',
  ),
  one("a key that was used opens no second order", limits, "    ...NEW_KEY,", ""),
  one("a key that was used before the last one opens no second order", limits, "    ...NEW_KEY,", "    NEW_KEY[0],"),
  one(
    "a user who let three holds go waits",
    limits,
    "OR ended2 = :zero OR ended1 <= :cooled)",
    "OR ended2 = :zero OR ended1 <= :cooled OR ended1 > :cooled)",
  ),
  one(
    "giving back frees no seat that others have taken over",
    seat,
    'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me"',
    'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me OR attribute_exists(pk)"',
  ),
];

const money: Breakage[] = [
  one(
    "no debit beyond the balance",
    "core/payment/points.ts",
    'if (balance < order.total) return decline(order, message, "wallet.insufficient");',
    "",
  ),
  one(
    "a wallet's changes at once are each counted",
    "core/wallet/wallet.table.ts",
    '"balance = :from"',
    '"balance = :from OR attribute_exists(pk)"',
  ),
  {
    promise: "what is not held any more is not paid",
    edits: [
      {
        file: moves,
        text: 'status === "held" && attempts[attemptId] === undefined &&',
        becomes: "attempts[attemptId] === undefined &&",
      },
      {
        file: moves,
        text: '["#status = :from", byPoints',
        becomes: '["(#status = :from OR #status <> :from)", byPoints',
      },
      { file: basket, text: '"openOrder = :me"', becomes: '"openOrder = :me OR attribute_exists(pk)"' },
    ],
  },
  {
    promise: "of two attempts at once one pays",
    edits: [
      {
        file: moves,
        text: '["#status = :from", byPoints',
        becomes: '["(#status = :from OR #status <> :from)", byPoints',
      },
      { file: basket, text: '"openOrder = :me"', becomes: '"openOrder = :me OR attribute_exists(pk)"' },
    ],
  },
  {
    promise: "of two refunds at once one pays back",
    edits: [
      {
        file: givingBack,
        text: '"#status = :confirmed",\n      refunds ? "attempts.#id.refunds = :before" : "attribute_not_exists(attempts.#id.refunds)"',
        becomes: '"(#status = :confirmed OR attribute_exists(pk))"',
      },
      {
        file: seat,
        text: 'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me"',
        becomes: 'Key: seatKey(seat),\n    ConditionExpression: "orderId = :me OR attribute_not_exists(pk)"',
      },
      { file: basket, text: '"bought >= :seats"', becomes: '"bought >= :seats OR attribute_exists(pk)"' },
    ],
  },
  one(
    "one key charges once",
    "core/wallet/wallet.table.ts",
    '"#state = :from" : "attribute_not_exists(pk)"',
    '"#state = :from" : "attribute_not_exists(pk) OR attribute_exists(pk)"',
  ),
  one(
    "no ticket without a charge, also when the gateway refuses to take the money",
    "core/payment/decide.ts",
    'if (!holdsMoney(known)) return { do: "revoke" };',
    "",
  ),
  one(
    "what the gateway holds for a closed attempt goes back",
    "core/payment/decide.ts",
    'return known.refused ? unreturned(known, !owed) : { do: "undo", payment: known };',
    'return over("undone");',
  ),
  one("nobody pays after payBy", "core/payment/pay.ts", '(status === "held" && now > order.payBy)', "false"),
];

const door: Breakage[] = [
  {
    promise: "what is not paid lets nobody in",
    edits: [
      {
        file: "core/ticket/check-in.ts",
        text: 'if (order?.status !== "confirmed" || !seat) throw TicketInvalid();',
        becomes: "if (!order || !seat) throw TicketInvalid();",
      },
      {
        file: "core/order/order.table.ts",
        text: 'ConditionExpression: "#status = :confirmed"',
        becomes: 'ConditionExpression: "#status = :confirmed OR attribute_exists(pk)"',
      },
    ],
  },
  one(
    "of a refund and the door at once one wins, at the door",
    "core/order/order.table.ts",
    'ConditionExpression: "#status = :confirmed"',
    'ConditionExpression: "#status = :confirmed OR attribute_exists(pk)"',
  ),
  one(
    "of a refund and the door at once one wins, at the refund",
    "core/order/order.table.ts",
    'ConditionExpression: "attribute_not_exists(pk)"',
    'ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(pk)"',
  ),
  one(
    "a ticket lets one person in",
    "core/ticket/check-in.ts",
    'ConditionExpression: "attribute_not_exists(pk)",\n        Return',
    'ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(pk)",\n        Return',
  ),
  one(
    "a mail goes out once",
    "core/ticket/mail.ts",
    "order?.status !== kind || order[`${kind}MailedAt`] !== undefined",
    "order?.status !== kind",
  ),
];

export const breakages: Breakage[] = [...queue, ...seats, ...money, ...door];
