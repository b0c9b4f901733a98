// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of sources, templates among them
/** Breakages of who pays what: the order's moves, the wallet's and the gateway's marks, the webhooks' signature, the door's. */
import type { Mutation } from "./mutation.ts";

const moves = "core/order/moves.ts";
const points = "tests/integration/payment-points.test.ts";
const card = "tests/integration/payment-card.test.ts";
const refunds = "tests/integration/payment-refund.test.ts";
const wallet = "tests/integration/wallet-charge.test.ts";
const door = "tests/integration/ticket-check-in.test.ts";
const webhook = "core/payment/webhook.ts";
const webhooks = "tests/unit/payment-webhook.test.ts";

export const money: Mutation[] = [
  {
    promise: "a late settle does not close a newer order's basket",
    file: moves,
    text: 'ConditionExpression: "openOrder = :me"',
    becomes: 'ConditionExpression: "openOrder = :me OR attribute_exists(pk)"',
    tests: points,
    name: "a late settle neither closes nor exceeds",
  },
  {
    promise: "an order that is being paid is not released",
    file: moves,
    text: '// not while it is being paid\n      condition: "#status = :held"',
    becomes: 'condition: "#status = :held OR attribute_exists(pk)"',
    tests: card,
    name: "a release that looked before the payment began",
  },
  {
    promise: "no debit beyond the balance",
    file: "core/payment/points.ts",
    text: 'if (balance < order.total) return decline(order, message, "wallet.insufficient");',
    becomes: "",
    tests: points,
    name: "too few points",
  },
  {
    promise: "a wallet's changes at once are each counted",
    file: "core/wallet/wallet.table.ts",
    text: '"balance = :from"',
    becomes: '"balance = :from OR attribute_exists(pk)"',
    tests: wallet,
    name: "a charge added twice at the same time",
  },
  {
    promise: "one key charges once",
    file: "core/wallet/wallet.table.ts",
    text: '"#state = :from" : "attribute_not_exists(pk)"',
    becomes: '"#state = :from" : "attribute_not_exists(pk) OR attribute_exists(pk)"',
    tests: wallet,
    name: "the same key 20 times in parallel",
  },
  {
    promise: "an attempt is one payment at the gateway, however often it is asked for",
    file: "core/payment/card.ts",
    text: "const key = `${orderId}:${attemptId}`;",
    becomes: "const key = `${orderId}:${attemptId}:${performance.now()}`;",
    tests: "tests/integration/guards.test.ts",
    name: "an attempt asked for again after a crash",
  },
  {
    promise: "what another amount was authorised for pays nothing",
    file: "core/payment/card.ts",
    text: "if (amount === order.total && currency === order.currency) return undefined;",
    becomes: "if (currency === order.currency) return undefined;",
    tests: card,
    name: "a payment of another amount than the order's",
  },
  {
    promise: "a late success for a closed attempt is undone",
    file: "core/payment/attempt.ts",
    text: 'return attempt.status === "declined" && (owing || unanswered) ? "undo" : "done";',
    becomes: 'return attempt.status === "declined" && owing ? "undo" : "done";',
    tests: card,
    name: "a late success for a closed attempt is voided",
  },
  {
    promise: "a key pays by one request only",
    file: "core/payment/pay.ts",
    text: "if (before && before.hash !== hash) throw IdempotencyMismatch();",
    becomes: "",
    tests: points,
    name: "the same key gives the same payment",
  },
  {
    promise: "nobody pays after payBy",
    file: "core/payment/pay.ts",
    text: '(status === "held" && now > order.payBy)',
    becomes: "false",
    tests: points,
    name: "an order cannot be paid after payBy",
  },
  {
    promise: "who was let in is refunded nothing",
    file: "core/order/order.table.ts",
    text: 'ConditionExpression: "attribute_not_exists(pk)"',
    becomes: 'ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(pk)"',
    tests: refunds,
    name: "an order with a ticket that was checked in",
  },
  {
    promise: "a refunded ticket lets nobody in, however close",
    file: "core/order/order.table.ts",
    text: 'ConditionExpression: "#status = :confirmed"',
    becomes: 'ConditionExpression: "#status = :confirmed OR attribute_exists(pk)"',
    tests: door,
    name: "a refund that begins between",
  },
  {
    promise: "a ticket lets one person in",
    file: "core/ticket/index.ts",
    text: 'ConditionExpression: "attribute_not_exists(pk)"',
    becomes: 'ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(pk)"',
    tests: door,
    name: "of twenty doors at once one lets the ticket in",
  },
  {
    promise: "a mail goes out once",
    file: "core/ticket/mail.ts",
    text: "order?.status !== kind || order[`${kind}MailedAt`] !== undefined",
    becomes: "order?.status !== kind",
    tests: "tests/integration/ticket-mail.test.ts",
    name: "a redelivered record sends nothing again",
  },
  {
    promise: "a hold given back gets no mail",
    file: "core/ticket/mail.ts",
    text: ' && attempt?.reason !== "payment.capture_failed"',
    becomes: " && false",
    tests: "tests/integration/ticket-mail.test.ts",
    name: "a hold that its buyer gives back gets no mail, nor does any other order that is released",
  },
  {
    promise: "an order whose money could not be taken is told by mail",
    file: "functions/services.ts",
    text: "filters: [confirmed, refunded, voided]",
    becomes: "filters: [confirmed, refunded]",
    tests: "tests/integration/ticket-mail.test.ts",
    name: "an order whose money could not be taken is told once: tickets void, card not charged, out of the calendar",
  },
  {
    promise: "a forged webhook is not heard",
    file: webhook,
    text: 'if (!timingSafeEqual(Buffer.from(v1, "hex"), expected)) throw BadSignature();',
    becomes: "timingSafeEqual(expected, expected);",
    tests: webhooks,
    name: "unsigned|signed|signature",
  },
  {
    promise: "an old webhook is not heard again",
    file: webhook,
    text: "Math.abs(now - Number(t) * 1000) > TOLERANCE",
    becomes: "Number(t) * 1000 - now > TOLERANCE",
    tests: webhooks,
    name: "a signature holds for five minutes",
  },
];
