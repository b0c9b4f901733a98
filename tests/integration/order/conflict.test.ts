import { randomUUID } from "node:crypto";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import * as Basket from "#core/basket/index.ts";
import { db } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";
import * as Harness from "#tests/support/harness.ts";
import { items, ofUser, shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;

/** The refusal of the next transactions, which are not sent. DynamoDB Local hardly ever has a conflict of its own. */
let refusals: { Code: string; Item?: object }[][] = [];
/** The answer to reads that may be stale, which are not sent. */
let stale: object[] | undefined;
const sent: string[] = [];

beforeAll(async () => {
  stage = await Harness.stage();
  steps = shop(stage);
  db().middlewareStack.add(
    (next, context) => (args) => {
      const name = (context as { commandName?: string }).commandName ?? "";
      sent.push(name);
      const reasons = /TransactWrite/.test(name) ? refusals.shift() : undefined;
      const { ConsistentRead } = args.input as { ConsistentRead?: boolean };
      if (stale && name === "QueryCommand" && !ConsistentRead)
        return Promise.resolve({ output: { Items: stale, $metadata: {} }, response: {} });
      if (!reasons) return next(args);
      const CancellationReasons = reasons.map(({ Code, Item }) => ({ Code, ...(Item && { Item: marshall(Item) }) }));
      throw new TransactionCanceledException({ message: "refused", $metadata: {}, CancellationReasons });
    },
    { step: "initialize", priority: "low" },
  );
});
afterEach(() => {
  refusals = [];
  stale = undefined;
});

const none = { Code: "None" };
const conflict = { Code: "TransactionConflict" };
const failedCheck = { Code: "ConditionalCheckFailed" };
const often = (...reasons: (typeof refusals)[number]) => Array.from({ length: 5 }, () => reasons);

describe("“taken” is answered only with proof", () => {
  test("a conflict is retried, and the buyer gets the seat", async () => {
    const { eventId } = await stage.event();
    refusals = [
      [none, none, conflict],
      [none, none, conflict],
    ];
    await steps.held(await stage.user(), { eventId, seats: ["A-1-1"] });
  });

  test("a conflict that persists over a free seat is answered 503 order.busy, and nothing is written", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user();
    refusals = often(none, none, conflict);
    const reply = await steps.hold(user, { eventId, seats: ["A-1-1"] });
    expect([reply.status, reply.body.code, reply.headers["retry-after"]]).toEqual([503, "order.busy", "1"]);
    expect(await ofUser(user)).toEqual([]);
    expect(await items("Seats", eventId)).toEqual([]);
  });

  test("a conflict that persists over a taken seat is decided by one consistent read", async () => {
    const { eventId } = await stage.event();
    await steps.held(await stage.user(), { eventId, seats: ["A-1-1"] });
    refusals = often(none, none, conflict, conflict);
    const user = await stage.user();
    sent.length = 0;
    const reply = await steps.hold(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    expect([reply.status, reply.body.code, reply.body.seats]).toEqual([409, "seat.taken", ["A-1-1"]]);
    expect(sent.filter((name) => /Get|Query/.test(name))).toEqual(["BatchGetItemCommand"]);
  });

  test("“none left” is answered only after a consistent read: a seat that only a stale read shows as taken is picked", async () => {
    const { eventId } = await stage.event({ plan: Harness.block(1, 2) });
    const [first, second] = await Promise.all([stage.user(), stage.user()]);
    await steps.held(first, { eventId, seats: ["A-1-1"] });
    const [seat] = await items("Seats", eventId);
    stale = [seat, { ...seat, sk: "A-1-2" }] as object[];
    const picked = await steps.held(second, { eventId, pick: { quantity: 1 } });
    expect(picked.seats).toMatchObject([{ seatId: "A-1-2" }]);
    stale = [];
    const reply = await steps.hold(await stage.user(), { eventId, pick: { quantity: 1 } });
    expect([reply.status, reply.body.code]).toEqual([409, "seat.none_left"]);
  });

  test("a seat that the same order has taken, while the basket is in conflict, is a replay and not a refusal", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user();
    const key = { "idempotency-key": randomUUID() };
    const body = { eventId, seats: ["A-1-1"] };
    const { orderId } = await steps.held(user, body, key);
    const [seat] = await items("Seats", eventId);
    refusals = [[conflict, none, { ...failedCheck, Item: seat as object }]];
    expect((await steps.hold(user, body, key)).body).toMatchObject({ orderId, status: "held" });
    refusals = [[none, none, { ...failedCheck, Item: seat as object }]];
    expect((await steps.hold(user, body, key)).body).toMatchObject({ orderId, status: "held" });
    refusals = [[conflict, none, { ...failedCheck, Item: seat as object }]];
    expect((await steps.hold(user, body)).body.code).toBe("order.open_exists");
  });
});

test("the cooldown is answered even if the basket was in conflict over a taken seat", async () => {
  const { eventId } = await stage.event();
  const user = await stage.user();
  await steps.held(await stage.user(), { eventId, seats: ["A-1-1"] });
  for (const seat of ["A-2-1", "A-2-2", "A-2-3"])
    await steps.cancel(user, (await steps.held(user, { eventId, seats: [seat] })).orderId);
  const [seat] = await items("Seats", eventId);
  refusals = [[conflict, none, { ...failedCheck, Item: seat as object }]];
  const reply = await steps.hold(user, { eventId, seats: ["A-1-1"] });
  expect([reply.status, reply.body.code, reply.headers["retry-after"]]).toEqual([409, "order.cooldown", "600"]);
});

describe("what a hold costs", () => {
  test("chosen seats cost one write request and no read when warm; a pick costs one read more", async () => {
    const { eventId } = await stage.event();
    const [warm, user, picker] = await Promise.all([stage.user(), stage.user(), stage.user()]);
    await steps.held(warm, { eventId, seats: ["A-9-1"] });
    sent.length = 0;
    await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    expect(sent).toEqual(["TransactWriteItemsCommand"]);
    sent.length = 0;
    await steps.held(picker, { eventId, pick: { quantity: 2 } });
    expect(sent).toEqual(["QueryCommand", "TransactWriteItemsCommand"]);
  });

  test("a booking of two seats by points costs two write requests of 10 items below 1 KB, which are 20 units", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance: 50_000 });
    sent.length = 0;
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    await steps.pay(user, orderId);
    await stage.settle();
    expect(sent.filter((name) => /Write|Put|Update|Delete/.test(name))).toEqual(
      Array(2).fill("TransactWriteItemsCommand"),
    );
    expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
    await stage.drain();
    const written = [
      ...(await ofUser(user)),
      ...(await items("Seats", eventId)),
      ...(await items("Accounts", `USER#${user.userId}`)),
    ];
    for (const item of written) expect(JSON.stringify(item).length).toBeLessThan(1_000); // more requests than DynamoDB counts
  });
});

describe("admissions", () => {
  const admission = (user: Harness.User, eventId: string, iat = Date.now()) =>
    sign("admission", { sub: user.userId, evt: eventId, iat }, iat + 600_000);
  const hold = async (
    user: Harness.User,
    eventId: string,
    token: string | undefined,
    more: Record<string, string> = {},
  ) => steps.hold(user, { eventId, seats: ["A-1-1"] }, { ...(token && { admission: token }), ...more });

  test("an event with a queue refuses a hold without the buyer's own unexpired admission of this event", async () => {
    const { eventId } = await stage.event({ queue: { enabled: true } });
    const other = await stage.event({ queue: { enabled: true } });
    const [user, thief] = await Promise.all([stage.user(), stage.user()]);
    const theirs = await admission(user, eventId);
    const old = await admission(thief, eventId, Date.now() - 700_000);
    for (const token of [undefined, "x", theirs, old, await admission(thief, other.eventId), thief.token]) {
      const reply = await hold(thief, eventId, token);
      expect([reply.status, reply.body.code]).toEqual([403, "queue.admission_required"]);
    }
    expect(await items("Seats", eventId)).toEqual([]);
    expect((await hold(user, eventId, theirs)).status).toBe(201);
  });

  test("an admission is spent by paying and by leaving, and a replay is still answered", async () => {
    const { eventId } = await stage.event({ queue: { enabled: true } });
    const user = await stage.user({ balance: 50_000 });
    const token = await admission(user, eventId);
    const key = { "idempotency-key": randomUUID() };
    const { body } = await hold(user, eventId, token, key);
    await steps.pay(user, body.orderId);
    await stage.settle();
    const again = await steps.hold(user, { eventId, seats: ["A-2-1"] }, { admission: token });
    expect([again.status, again.body.code]).toEqual([403, "queue.admission_required"]);
    for (const spent of [token, undefined])
      expect((await hold(user, eventId, spent, key)).body).toMatchObject({
        orderId: body.orderId,
        status: "confirmed",
      });
    const next = await admission(user, eventId);
    await Basket.revokeAdmissions({ userId: user.userId, eventId, now: Date.now() + 1 });
    await Basket.revokeAdmissions({ userId: user.userId, eventId, now: 1 }); // a late one is refused
    const refused = await steps.hold(user, { eventId, seats: ["A-2-1"] }, { admission: next });
    expect(refused.body.code).toBe("queue.admission_required");
  });
});

test("a user's own orders are listed newest first, by cursor", async () => {
  const user = await stage.user();
  const made: string[] = [];
  for (let n = 0; n < 5; n++)
    made.unshift((await steps.held(user, { eventId: (await stage.event()).eventId, seats: ["A-1-1"] })).orderId);
  const list = (query: Record<string, string>, token = user.token) => stage.call("GET /v1/orders", { token, query });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await list({ limit: "2", ...(cursor && { cursor }) });
    seen.push(...body.items.map(({ orderId }: { orderId: string }) => orderId));
    cursor = body.next ?? undefined;
  } while (cursor);
  expect(seen).toEqual(made);
  expect((await list({}, (await stage.user()).token)).body).toEqual({ items: [], next: null });
  for (const wrong of [
    "x",
    Buffer.from('"ord_x"').toString("base64url"),
    Buffer.from('{"pk":"USER#other"}').toString("base64url"),
  ])
    expect((await list({ cursor: wrong })).body.errors).toEqual([{ path: "cursor", message: expect.any(String) }]);
  expect(Ids.pattern("ord").test(made[0] ?? "")).toBe(true);
});
