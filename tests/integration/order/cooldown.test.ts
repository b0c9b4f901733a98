/** One account cannot hold and release without end: after three holds that it did not pay, the next one is refused for a while. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as Basket from "#core/basket/index.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { bank, deliver, intercept } from "#tests/support/bank.ts";
import type * as Harness from "#tests/support/harness.ts";
import { ofUser, shop, tally } from "#tests/support/shop.ts";
import { block } from "#tests/support/stage.ts";

const MINUTE = 60_000;

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  ({ stage } = await bank());
  steps = shop(stage);
});

let start = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  start = Date.now();
});
afterEach(() => {
  vi.useRealTimers();
});
/** ms since the test began. */
const at = (ms: number) => vi.setSystemTime(start + ms);

type Buyer = { user: Harness.User; eventId: string };
const buyer = async (overrides: Record<string, unknown> = {}): Promise<Buyer> => {
  const user = await stage.user({ balance: 1_000_000 });
  return { user, eventId: (await stage.event(overrides)).eventId };
};

let seat = 0;
/** A seat that no test has used. */
const fresh = ({ eventId }: Buyer) => {
  seat = (seat + 1) % 200;
  return { eventId, seats: [`A-${1 + Math.floor(seat / 20)}-${1 + (seat % 20)}`] };
};
const held = (who: Buyer) => steps.held(who.user, fresh(who));
const hold = async (who: Buyer) => {
  const { status, body, headers } = await steps.hold(who.user, fresh(who));
  return status === 201 ? "held" : `${body.code} ${headers["retry-after"]}`;
};

const released = async (who: Buyer) => {
  const { orderId } = await held(who);
  expect((await steps.cancel(who.user, orderId)).status).toBe(204);
};

/** A hold whose time is over, according to the basket. */
const lapsed = async (who: Buyer) => {
  await held(who);
  await db().send(
    new UpdateCommand({
      TableName: table("Orders"),
      Key: Basket.basketKey(who.user.userId, who.eventId),
      UpdateExpression: "SET openUntil = :past",
      ExpressionAttributeValues: { ":past": Date.now() - 1 },
    }),
  );
};

/** A hold whose payment was accepted in time and declined after it, until it lapses: 91.001 s. The event's holds are of one second. */
const declined = async (who: Buyer) => {
  const { orderId } = await held(who);
  await steps.pay(who.user, orderId, { method: "card", card: { token: "tok_decline" } });
  const messages = await intercept(stage);
  vi.setSystemTime(Date.now() + 2_000);
  expect(await deliver(...messages)).toBe(0);
  expect((await steps.get(who.user, orderId)).payment).toMatchObject({ status: "declined" });
  vi.setSystemTime(Date.now() + 89_001);
};

test("three released holds within ten minutes block the next until ten minutes after the oldest, and the answer says how long", async () => {
  const who = await buyer();
  for (const minutes of [0, 2, 3]) {
    at(minutes * MINUTE);
    await released(who);
  }
  expect(await hold(who)).toBe("order.cooldown 420");
  at(3 * MINUTE + 1);
  expect(await hold(who)).toBe("order.cooldown 420");
  at(10 * MINUTE - 1);
  expect(await hold(who)).toBe("order.cooldown 1");
  at(10 * MINUTE);
  await released(who);
  expect(await hold(who)).toBe("order.cooldown 120"); // until ten minutes after the second
  at(12 * MINUTE);
  expect(await hold(who)).toBe("held");
});

test("three lapsed holds block the next one", async () => {
  const who = await buyer();
  for (let n = 0; n < 3; n++) await lapsed(who);
  expect(await hold(who)).toBe("order.cooldown 600");
  at(10 * MINUTE - 1);
  expect(await hold(who)).toBe("held");
});

test("holds whose payment is declined after their time count as lapsed", async () => {
  const who = await buyer({ holdSeconds: 1 });
  for (let n = 0; n < 3; n++) await declined(who);
  expect(await hold(who)).toBe("order.cooldown 418");
});

test("released, declined and lapsed holds count together", async () => {
  const who = await buyer({ holdSeconds: 1 });
  await released(who);
  await declined(who);
  await lapsed(who);
  expect(await hold(who)).toBe("order.cooldown 509");
});

test("a hold that lapsed and is released later ended when it lapsed", async () => {
  const who = await buyer({ holdSeconds: 1 });
  const order = await held(who);
  const [stored] = (await ofUser(who.user)).filter(({ type }) => type === "order");
  const lapse = stored?.heldUntil - start;
  at(lapse + 5 * MINUTE);
  expect((await steps.cancel(who.user, order.orderId)).status).toBe(204);
  await released(who);
  await released(who);
  expect(await hold(who)).toBe("order.cooldown 300");
});

test("a release with a clock five seconds ahead does not lengthen the cooldown, which starts at that clock's time", async () => {
  const who = await buyer();
  for (let n = 0; n < 3; n++) {
    at(0);
    const { orderId } = await held(who);
    at(5_000);
    await steps.cancel(who.user, orderId);
  }
  at(0);
  expect(await hold(who)).toBe("order.cooldown 605");
});

test("a purchase resets the count", async () => {
  const who = await buyer();
  await released(who);
  await released(who);
  const { orderId } = await held(who);
  await steps.pay(who.user, orderId);
  await stage.settle();
  expect(await steps.get(who.user, orderId)).toMatchObject({ status: "confirmed" });
  for (let n = 0; n < 3; n++) await released(who);
  expect(await hold(who)).toBe("order.cooldown 600");
});

test("another event and another user are not affected", async () => {
  const who = await buyer();
  for (let n = 0; n < 3; n++) await released(who);
  expect(await hold({ ...who, eventId: (await stage.event()).eventId })).toBe("held");
  expect(await hold({ ...who, user: await stage.user() })).toBe("held");
  expect(await hold(who)).toBe("order.cooldown 600");
});

test("a release that is sent many times, together with holds, counts once, and allows no hold after the third", async () => {
  const who = await buyer();
  const sendMany = async (orderId: string) => {
    const holds = Array.from({ length: 5 }, () => steps.hold(who.user, fresh(who)));
    const cancels = Array.from({ length: 5 }, () => steps.cancel(who.user, orderId));
    await Promise.all(cancels);
    return Promise.all(holds);
  };
  for (let n = 0; n < 2; n++) {
    const { orderId } = (await held(who)) as { orderId: string };
    const replies = await sendMany(orderId);
    const won = replies.filter(({ status }) => status === 201);
    expect(won.length, JSON.stringify(tally(replies))).toBeLessThanOrEqual(1);
    for (const { status, body } of replies)
      if (status !== 201) expect(["order.open_exists", "order.busy"]).toContain(body.code);
    // the held order is bought, which resets the count
    if (won[0]) {
      await steps.pay(who.user, won[0].body.orderId);
      await stage.settle();
      n = -1;
    }
  }
  const { orderId } = await held(who);
  const codes = Object.keys(tally(await sendMany(orderId)));
  for (const code of codes) expect(["409 order.open_exists", "409 order.cooldown", "503 order.busy"]).toContain(code);
  expect(await hold(who)).toBe("order.cooldown 600");
});

test("an open order and the limit are answered before the cooldown, and the cooldown before taken seats", async () => {
  const who = await buyer({ maxSeatsPerUser: 1 });
  const other = await stage.user();
  const taken = { eventId: who.eventId, seats: ["A-10-20"] };
  await steps.held(other, taken);
  for (let n = 0; n < 2; n++) await released(who);
  const { orderId } = await held(who);
  expect((await steps.hold(who.user, taken)).body.code).toBe("order.open_exists");
  await steps.cancel(who.user, orderId);
  const code = async (body: object) => (await steps.hold(who.user, { eventId: who.eventId, ...body })).body.code;
  expect(await code({ seats: ["A-10-18", "A-10-19"] })).toBe("order.limit_reached");
  expect(await code({ pick: { quantity: 2 } })).toBe("order.limit_reached");
  expect(await code({ seats: ["A-10-20"] })).toBe("order.cooldown");
  expect(await code({ pick: { quantity: 1 } })).toBe("order.cooldown");
});

test("the cooldown is answered even if nothing is left", async () => {
  const who = await buyer({ plan: block(1, 1) });
  const only = { eventId: who.eventId, seats: ["A-1-1"] };
  for (let n = 0; n < 3; n++) {
    const { orderId } = await steps.held(who.user, only);
    await steps.cancel(who.user, orderId);
  }
  await steps.held(await stage.user(), only);
  const { body, headers } = await steps.hold(who.user, { eventId: who.eventId, pick: { quantity: 1 } });
  expect([body.code, headers["retry-after"]]).toEqual(["order.cooldown", "600"]);
});

test("an order whose capture fails counts as an unpaid hold", async () => {
  const who = await buyer();
  const unpaid = async () => {
    const { orderId } = await held(who);
    await steps.pay(who.user, orderId, { method: "card", card: { token: "tok_capture_refused" } });
    await deliver(...(await intercept(stage)));
    expect(await steps.get(who.user, orderId)).toMatchObject({ status: "released" });
  };
  for (let n = 0; n < 3; n++) await unpaid();
  expect(await hold(who)).toBe("order.cooldown 600");
});
