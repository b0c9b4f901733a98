/** An event is cancelled: its orders end once, whatever stops the worker, and however often its messages come. */
import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as Catalog from "#core/catalog/index.ts";
import * as Fanout from "#core/fanout/index.ts";
import { db, transact } from "#core/lib/dynamo.ts";
import { sqs } from "#core/lib/sqs.ts";
import * as Log from "#core/log/index.ts";
import * as Order from "#core/order/index.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { counter } from "#tests/support/bank.ts";
import * as Cancelled from "#tests/support/cancelled.ts";
import type { User } from "#tests/support/harness.ts";
import { inbox } from "#tests/support/inbox.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import * as SentAgain from "#tests/support/sent-again.ts";
import { items } from "#tests/support/shop.ts";

const shared = counter();
let hall: ReturnType<typeof Cancelled.hall>;
/** The client's own method, also while a test has replaced it. */
let send: (command: object) => Promise<unknown>;
beforeAll(() => {
  send = db().send.bind(db()) as never;
  hall = Cancelled.hall(shared);
});
beforeEach(() => {
  SentAgain.pages();
});

const { deliver, runPages } = Cancelled;
const kinds = [...new Set(Cancelled.kinds)].filter((kind) => kind !== "paying");
const later = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
const drained = () => shared.at.stage.drain();
const statusOf = async (user: User, orderId: string) => (await Order.get({ userId: user.userId, orderId })).status;
const progressOf = (eventId: string) => Fanout.progress(eventId, Date.now());
const CARD = { method: "card", card: { token: "tok_approve" } };

const sold = async (wanted: readonly Cancelled.Kind[] = kinds) => {
  const { eventId } = await hall.event(10);
  return { eventId, buyers: await hall.sell(eventId, wanted) };
};

test("every kind of order ends as it must, once, and the audit adds up", async () => {
  const { eventId, buyers } = await sold();
  const reply = await hall.cancel(eventId, { reason: "The singer is ill." });
  expect(reply.status).toBe(202);
  const left = buyers.length - 1; // one was refunded before
  const none = { released: 0, refunded: 0, refunding: 0, failed: [], done: false };
  expect(reply.body).toMatchObject({ orders: left, left, ...none, reason: "The singer is ill." });
  await runPages();
  await drained();
  await Cancelled.expectEnded(shared, eventId, buyers);
  later(3);
  const disputed = buyers.find(({ kind }) => kind === "disputed");
  expect(await hall.progress(eventId)).toMatchObject({
    ...{ orders: left, released: 2, refunding: 0, left: 1, refunded: left - 3, done: true },
    failed: [{ orderId: disputed?.orderId, reason: "disputed" }],
  });
  expect(violations(audit(await read({ now: Date.now() }))).filter((one) => !/in flight/.test(one))).toEqual([]);
});

test("the e-mail says that the event was cancelled and why, in the buyer's language, and takes it out of the calendar", async () => {
  const { eventId } = await hall.event(10);
  const buyers = await Promise.all(
    (["en", "ko"] as const).map(async (locale, n) => {
      const user = await shared.at.stage.user({ balance: 50_000, locale });
      const { orderId } = await shared.steps.held(user, { eventId, seats: [`A-1-${n + 1}`] });
      await shared.steps.pay(user, orderId);
      return { user, orderId };
    }),
  );
  await drained();
  await hall.cancel(eventId, { reason: "See https://evil.test: <b>ill</b>" });
  await runPages();
  await drained();
  const all = await inbox();
  const [en, ko] = buyers.map(({ user }) =>
    all.filter(({ destination }) => destination.to.includes(user.email)).at(-1),
  );
  expect(en?.subject).toBe("Event cancelled, refunded: A concert");
  expect(ko?.subject).toBe("일정 취소, 환불 완료: A concert");
  for (const part of [en?.body.text, en?.body.html]) {
    expect(part).toContain("the organiser has cancelled this event");
    expect(part).toContain("₩10,000 was returned to your wallet.");
    expect(part).toContain("The organiser writes: See");
    expect(part).not.toMatch(/evil\.test/);
  }
  expect(en?.body.html).not.toContain("<b>ill");
  expect(ko?.body.text).toContain("주최자가 이 일정을 취소했습니다");
  const calendar = Buffer.from(en?.attachments.at(-1)?.content ?? "", "base64").toString();
  expect(calendar).toMatch(/METHOD:CANCEL\r\n[\s\S]*SEQUENCE:1\r\nSTATUS:CANCELLED/);
  expect((await shared.steps.get(buyers[0]?.user as User, buyers[0]?.orderId ?? "")).eventCancelled).toBe(true);
});

describe("at once", () => {
  test("tickets are refused, seats cannot be held, the queue is closed, and the event says so", async () => {
    const queue = { enabled: true, admitPerSecond: 10, maxActive: 10, sessionSeconds: 60, claimSeconds: 10 };
    const { eventId } = await hall.event(10);
    const lined = await shared.at.stage.event({ queue });
    const [buyer] = await hall.sell(eventId, ["points"]);
    const { user, orderId } = buyer as Cancelled.Buyer;
    const { tickets } = (await shared.steps.get(user, orderId)) as unknown as { tickets: { code: string }[] };
    for (const one of [eventId, lined.eventId]) await hall.cancel(one);
    const body = { eventId, code: tickets[0]?.code };
    const entered = await shared.at.stage.call("POST /v1/admin/check-ins", { token: shared.admin.token, body });
    expect([entered.status, entered.body.code]).toEqual([409, "event.cancelled"]);
    const held = await shared.steps.hold(await shared.at.stage.user(), { eventId, seats: ["A-1-9"] });
    expect([held.status, held.body.code]).toEqual([409, "event.not_onsale"]);
    const params = { eventId: lined.eventId };
    const { token } = await shared.at.stage.user();
    const joined = await shared.at.stage.call("POST /v1/events/{eventId}/queue/places", { params, token, body: {} });
    expect([joined.status, joined.body.code]).toEqual([409, "queue.closed"]);
    const shown = await shared.at.stage.call("GET /v1/events/{eventId}", { params: { eventId } });
    expect(shown.body.status).toBe("cancelled");
  });

  test("a hold whose transaction comes after the first pass is released by the second", async () => {
    const { eventId } = await hall.event(10);
    const user = await shared.at.stage.user();
    const { promise: passed, resolve: pass } = Promise.withResolvers<void>();
    const { promise: waiting, resolve: waits } = Promise.withResolvers<void>();
    vi.spyOn(db(), "send").mockImplementation((async (command: { input: { TransactItems?: { Put?: object }[] } }) => {
      const isHold = command.input.TransactItems?.some(({ Put }) => JSON.stringify(Put ?? "").includes("heldUntil"));
      if (isHold) {
        waits();
        await passed; // it has read the event before the cancellation
      }
      return send(command);
    }) as never);
    const holding = shared.steps.hold(user, { eventId, seats: ["A-1-1"] });
    await waiting;
    await hall.cancel(eventId);
    await runPages(deliver, ({ pass: n = 0 }) => n > 0);
    const [second] = SentAgain.pages();
    pass();
    const held = await holding;
    expect(held.status).toBe(201);
    expect(second?.delaySeconds).toBeGreaterThan(12);
    await deliver(second?.body ?? "");
    await runPages();
    expect(await statusOf(user, held.body.orderId)).toBe("released");
    expect(await items("Seats", eventId)).toEqual([]);
    later(3);
    expect(await progressOf(eventId)).toMatchObject({ orders: 1, released: 1, left: 0, done: true });
  });
});

describe("whatever stops the worker", () => {
  /** Delivers a page with the worker killed at a step, and then again, as SQS does. */
  const killed =
    (step: Parameters<typeof shared.kill.run>[0], when: "before" | "after", tally: { kills: number }) =>
    async (body: string) => {
      if (tally.kills > 0) return void (await deliver(body));
      try {
        await shared.kill.run(step, when, () => deliver(body));
        tally.kills++;
      } catch (error) {
        if (!/Nothing was killed/.test(String(error))) throw error; // this page does not come to the step
      }
      await deliver(body);
    };

  const steps = ["order released", "order refunded", "order refunding", "message sent", "pass noted"] as const;
  test.each(steps.flatMap((step) => [[step, "before"] as const, [step, "after"] as const]))(
    "a worker killed at “%s”, %s its effect, comes to the same end",
    async (step, when) => {
      const { eventId, buyers } = await sold(["held", "points", "card", "used"]);
      await hall.cancel(eventId);
      const tally = { kills: 0 };
      await runPages(killed(step, when, tally));
      expect(tally.kills).toBe(1);
      await drained();
      await Cancelled.expectEnded(shared, eventId, buyers);
      later(3);
      expect(await progressOf(eventId)).toMatchObject({ orders: 4, released: 1, refunded: 3, done: true });
    },
  );

  test.each([
    ["message sent", "before", false],
    ["event cancelled", "before", false],
    ["event cancelled", "after", true],
  ] as const)(
    "a request killed at “%s”, %s its effect, leaves an event that is cancelled: %s",
    async (step, when, is) => {
      const { eventId, buyers } = await sold(["held", "points"]);
      const request = () => Fanout.cancel({ eventId, by: shared.admin.userId, now: Date.now() });
      expect(await shared.kill.run(step, when, request)).toBe(true);
      expect((await Catalog.find(eventId))?.cancelled !== undefined).toBe(is);
      const pages = SentAgain.pages();
      for (const { body } of pages) expect(await deliver(body)).toBe(!is); // without the change it comes again
      if (is) await runPages();
      else {
        later(121);
        for (const { body } of pages) expect(await deliver(body)).toBe(false); // and after two minutes no more
        expect(await statusOf(buyers[1]?.user as User, buyers[1]?.orderId ?? "")).toBe("confirmed");
        expect((await hall.cancel(eventId)).status).toBe(202);
        await runPages();
      }
      await drained();
      await Cancelled.expectEnded(shared, eventId, buyers);
    },
  );

  test.each([
    ["each message delivered twice", async (body: string) => [await deliver(body), await deliver(body)]],
    ["each message delivered twice at once", (body: string) => Promise.all([deliver(body), deliver(body)])],
  ])("%s comes to the same end, and to one chain of messages", async (_, how) => {
    const { eventId, buyers } = await sold();
    await hall.cancel(eventId);
    const delivered = await runPages(how);
    expect(delivered.length).toBeLessThan(25);
    await drained();
    await Cancelled.expectEnded(shared, eventId, buyers);
  });

  test("a chain whose messages all come twice stays one chain", async () => {
    const { eventId } = await sold(["paying"]); // its passes go on
    await hall.cancel(eventId);
    const twice = async (body: string) => [await deliver(body), await deliver(body)];
    const delivered = await runPages(twice, ({ pass = 0 }) => pass > 4);
    expect(delivered.map(({ body }) => Cancelled.pageOf(body).pass)).toEqual([0, 1, 2, 3, 4]);
    expect(SentAgain.pages()).toHaveLength(1);
  });

  test("two organisers at once cancel it once; a late message and one of an older run do nothing", async () => {
    const { eventId, buyers } = await sold(["held", "points", "card"]);
    const other = await shared.at.stage.user({ roles: ["admin"] });
    const replies = await Promise.all(
      [shared.admin, other].map(({ token }) =>
        shared.at.stage.call("POST /v1/admin/events/{eventId}/cancel", { token, params: { eventId } }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    const logged = (await Log.list({ of: eventId })).items.filter(({ action }) => action === "event.cancelled");
    const { cancelled } = (await Catalog.find(eventId)) ?? {};
    expect(logged.map(({ logId }) => logId)).toContain(cancelled?.run);
    // the message of the cancellation that lost comes again for two minutes
    const delivered = await runPages(async (body) => void (await deliver(body)));
    await drained();
    await Cancelled.expectEnded(shared, eventId, buyers);
    later(130);
    for (const { body } of delivered) expect(await deliver(body)).toBe(false);
    expect(SentAgain.pages()).toEqual([]);
  });

  test("a payment that settles while its order is being ended is refunded, or never taken", async () => {
    const { eventId } = await hall.event(10);
    const buyers = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) => hall.hold(eventId, n % 2 ? "card" : "points", n === 4 ? 8 : n)),
    );
    await Promise.all(buyers.map(hall.pay));
    await hall.cancel(eventId);
    const [first] = SentAgain.pages();
    await Promise.all([shared.at.stage.settle(), deliver(first?.body ?? "")]);
    await runPages();
    await drained();
    for (const { user, orderId, kind, total } of buyers) {
      expect(["released", "refunded"]).toContain(await statusOf(user, orderId));
      if (kind === "points") expect(await shared.steps.wallet(user)).toBe(50_000);
      for (const payment of shared.at.paymentsOf(orderId))
        if (payment.status === "refunded") expect(payment.refunded).toBe(total);
        else expect(["voided", "prepared"]).toContain(payment.status);
    }
    expect(await items("Seats", eventId)).toEqual([]);
  });

  test("a card that is being asked is left, and its order ends once that is decided, also late", async () => {
    const counted = captureMetrics();
    const { eventId, buyers } = await sold(["paying", "points"]);
    const [paying] = buyers;
    await hall.cancel(eventId);
    await runPages(deliver, ({ pass = 0 }) => pass > 2);
    expect(await statusOf(paying?.user as User, paying?.orderId ?? "")).toBe("paying");
    later(3);
    expect(await progressOf(eventId)).toMatchObject({ orders: 2, refunded: 1, left: 1, done: false });
    const delays = (await runPages(deliver, ({ pass = 0 }) => pass > 8)).map(({ delaySeconds }) => delaySeconds);
    expect(delays).toEqual([60, 120, 240, 480, 900, 900]);
    expect(counted("CancellationStuck")).toBe(2);
    later(700);
    await shared.at.stage.reconcile(); // the gateway has not answered for ten minutes
    await runPages();
    await drained();
    expect(await statusOf(paying?.user as User, paying?.orderId ?? "")).toBe("released");
    later(3);
    expect(await progressOf(eventId)).toMatchObject({ orders: 2, released: 1, refunded: 1, left: 0, done: true });
  });

  test("an order that cannot be written is left for the next pass, and stops no other", async () => {
    const { eventId, buyers } = await sold(["points", "points", "held"]);
    const bad = buyers[0]?.orderId ?? "";
    let refused = 0;
    vi.spyOn(db(), "send").mockImplementation((async (command: { input: { TransactItems?: object[] } }) => {
      if (command.input.TransactItems && JSON.stringify(command.input).includes(bad) && refused++ < 2)
        throw Object.assign(new Error("Throttled"), { name: "ProvisionedThroughputExceededException" });
      return send(command);
    }) as never);
    await hall.cancel(eventId);
    await runPages(deliver, ({ pass = 0 }) => pass > 0);
    expect(await Promise.all(buyers.map(({ user, orderId }) => statusOf(user, orderId)))).toEqual([
      ...["confirmed", "refunded", "released"],
    ]);
    await runPages();
    await drained();
    await Cancelled.expectEnded(shared, eventId, buyers);
  });

  test("a page whose successor cannot be sent comes again, and loses no order", async () => {
    const { eventId } = await hall.event(20);
    const buyers = await hall.sell(eventId, Array(20).fill("points"));
    await hall.cancel(eventId);
    const [first] = SentAgain.pages();
    const unreachable = () => Promise.reject(new Error("SQS is out of reach."));
    Object.defineProperty(sqs(), "send", { value: unreachable, configurable: true });
    expect(await deliver(first?.body ?? "")).toBe(true);
    Reflect.deleteProperty(sqs(), "send");
    expect(await deliver(first?.body ?? "")).toBe(false);
    await runPages();
    await drained();
    await Cancelled.expectEnded(shared, eventId, buyers);
  });

  test("a chain that was lost is begun again by the organiser, and only the new one runs", async () => {
    const { eventId, buyers } = await sold(["held", "points", "card"]);
    await hall.cancel(eventId);
    const [lost] = SentAgain.pages();
    await hall.cancel(eventId, { reason: "Again" });
    expect((await Catalog.find(eventId))?.cancelled).not.toHaveProperty("reason");
    later(121);
    expect(await deliver(lost?.body ?? "")).toBe(false);
    expect(await statusOf(buyers[1]?.user as User, buyers[1]?.orderId ?? "")).toBe("confirmed");
    await runPages();
    await drained();
    await Cancelled.expectEnded(shared, eventId, buyers);
    const actions = (await Log.list({ of: eventId })).items.map(({ action, by }) => [action, by]);
    expect(actions).toEqual([
      ...Array(2).fill(["event.cancelled", shared.admin.userId]),
      ["event.created", expect.any(String)],
    ]);
  });
});

describe("progress", () => {
  /** Counted from all items, without the index and the seats. */
  const counted = async (buyers: Cancelled.Buyer[]) => {
    const orders = await Promise.all(buyers.map(({ user, orderId }) => Order.get({ userId: user.userId, orderId })));
    const ours = orders.filter(
      ({ status, eventCancelled }) => eventCancelled || !["refunded", "released"].includes(status),
    );
    const of = (...wanted: string[]) => ours.filter(({ status }) => wanted.includes(status)).length;
    return {
      ...{ orders: ours.length, released: of("released"), refunded: of("refunded"), refunding: of("refunding") },
      left: of("held", "paying", "confirmed"),
    };
  };

  test("is true after each page and each delivery, and never says that it is done too early", async () => {
    const { eventId } = await hall.event(40);
    const buyers = await hall.sell(
      eventId,
      Array.from({ length: 40 }, (_, n) => kinds[n % kinds.length] ?? "held"),
    );
    await hall.cancel(eventId);
    let looks = 0;
    const look = async () => Fanout.progress(eventId, Date.now() + 3_000 * ++looks);
    await runPages(async (body) => {
      await deliver(body);
      expect(await look()).toMatchObject({ ...(await counted(buyers)) });
      const next = SentAgain.pages();
      await drained(); // the cards' refunds
      SentAgain.putBack(next);
      expect(await look()).toMatchObject({ ...(await counted(buyers)) });
    });
    expect((await look()).done).toBe(true);
    expect(looks).toBeGreaterThan(8);
  });

  test("a refund that the gateway refuses keeps it open, and names the order after an hour", async () => {
    const { eventId } = await hall.event(10);
    const user = await shared.at.stage.user();
    const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1"] });
    const key = randomUUID();
    await shared.steps.pay(user, orderId, { ...CARD, card: { token: "tok_refund_refused" } }, key);
    await drained();
    await hall.cancel(eventId);
    await runPages();
    await drained();
    later(10);
    expect(await progressOf(eventId)).toMatchObject({ orders: 1, refunding: 1, left: 0, failed: [], done: false });
    later(3_700);
    const failed = [{ orderId, reason: "refund_delayed" }];
    expect(await progressOf(eventId)).toMatchObject({ refunding: 1, failed, done: false });
  });

  test("of an event that is not cancelled, a draft or no event there is none", async () => {
    const { eventId } = await hall.event(10);
    const reply = await shared.at.stage.call("GET /v1/admin/events/{eventId}/cancellation", {
      ...{ token: shared.admin.token, params: { eventId } },
    });
    expect([reply.status, reply.body.code]).toEqual([404, "cancellation.not_found"]);
    expect((await hall.cancel("evt_01ARZ3NDEKTSV4RRFFQ69G5FAV")).body.code).toBe("event.not_found");
    expect((await hall.cancel(eventId, { reason: "" })).status).toBe(422);
    await draft(eventId);
    expect((await hall.cancel(eventId)).body.code).toBe("event.draft");
    expect(SentAgain.pages()).toEqual([]);
  });
});

/** Makes a published event a draft, which no route does. */
const draft = async (eventId: string) => {
  const event = await Catalog.find(eventId);
  const { metaItem } = await import("#core/catalog/catalog.table.ts");
  const Item = metaItem({ ...(event as NonNullable<typeof event>), draft: true });
  await transact([{ Put: { TableName: `${shared.at.stage.resources.tables.Catalog}`, Item } }]);
  Catalog.forget(eventId);
};
