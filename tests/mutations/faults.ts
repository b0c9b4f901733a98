/** Breakages of what keeps the promises although a client, an environment or a clock fails. */
import type { Mutation } from "./mutation.ts";

const clock = "tests/integration/fault-clock.test.ts";
const dynamo = "tests/integration/fault-dynamo.test.ts";
const lambda = "tests/integration/fault-lambda.test.ts";
const moves = "core/order/moves.ts";
const session = "core/account/session.ts";

export const faults: Mutation[] = [
  {
    promise: "an admission that bought is spent although the worker's clock is behind",
    file: moves,
    text: '":spent": Math.max(now, order.admittedAt ?? 0)',
    becomes: '":spent": now',
    tests: clock,
    name: "an admission that bought is spent",
  },
  {
    promise: "an admission that was left is spent although the clock there is behind",
    file: "core/queue/claim.ts",
    text: "if (issuedAt >= now) await Order.bar({ userId, eventId, now: issuedAt });",
    becomes: "",
    tests: clock,
    name: "an admission that was given up is spent",
  },
  {
    promise: "a hold is kept although another's clock is ahead",
    file: moves,
    text: "export const GRACE = 300_000;",
    becomes: "export const GRACE = 0;",
    tests: clock,
    name: "a hold is not taken over early",
  },
  {
    promise: "a line's clock never goes back although environments disagree",
    file: "core/queue/scripts/state.lua.ts",
    text: "local now = math.max(given, n('at'))",
    becomes: "local now = given\nif n('clock') > given then s.clock = string.format('%.17g', given - 5000) end",
    tests: clock,
    name: "waits for the others' clocks",
  },
  {
    promise: "a session goes on although its renewal was sent twice",
    file: session,
    text: "return session?.current === Ids.sha256(next.current) ? undefined : { session };",
    becomes: "return { session };",
    tests: dynamo,
    name: "signing up, in, on and out",
  },
  {
    promise: "a session begins although its first write was sent twice",
    file: session,
    text: "attribute_not_exists(pk) OR #current = :current",
    becomes: "attribute_not_exists(pk) OR #current <> :current",
    tests: dynamo,
    name: "signing up, in, on and out",
  },
  {
    promise: "a spent refresh token revokes although writes are sent twice",
    file: session,
    text: "return session?.current === Ids.sha256(next.current) ? undefined : { session };",
    becomes: "return undefined;",
    tests: dynamo,
    name: "a spent refresh token revokes the session",
  },
  {
    promise: "an event's change is one although it was sent twice",
    file: "core/catalog/change.ts",
    text: "if (stands(now, edit)) return now;",
    becomes: "",
    tests: dynamo,
    name: "a sale from the event to the door",
  },
  {
    promise: "a buyer is told to try again although it is DynamoDB that refuses",
    file: "functions/http/problem.ts",
    text: '"ThrottlingException",',
    becomes: "",
    tests: dynamo,
    name: "throttled, a hold is refused",
  },
  {
    promise: "no payment is called accepted although its message may not have been taken",
    file: "core/lib/sqs.ts",
    text: "MessageBody, DelaySeconds: delay }));",
    becomes: "MessageBody, DelaySeconds: delay })).catch(() => {});",
    tests: dynamo,
    name: "whose message was not taken",
  },
  {
    promise: "a card is charged once although a call comes late",
    file: "core/payment/card.ts",
    text: "const key = `",
    becomes: "const key = now + `",
    tests: lambda,
    name: "by card, a call that takes effect",
  },
  {
    promise: "a seat is its holder's although a worker has slept",
    file: "core/catalog/seat.table.ts",
    text: 'REMOVE heldUntil",\n    ConditionExpression: "orderId = :me"',
    becomes: 'REMOVE heldUntil",\n    ConditionExpression: "orderId <> :me OR orderId = :me"',
    tests: lambda,
    name: "a worker that slept",
  },
  {
    promise: "a visitor is served although the connection is dead",
    file: "core/lib/redis.ts",
    text: "const PAUSES = [50, 100];",
    becomes: "const PAUSES: number[] = [];",
    tests: lambda,
    name: "wakes with dead connections",
  },
  {
    promise: "what was sold is charged although the gateway is slow",
    file: "core/payment/card.ts",
    text: 'if (payment.status !== "captured") await take(known);',
    becomes: "",
    tests: "tests/integration/fault-sale.test.ts",
    name: "under gateway.slow",
  },
];
