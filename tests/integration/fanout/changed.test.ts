/** An event's facts change: each buyer is mailed once, with the old and the new value, and their calendar takes the new entry. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as Basket from "#core/basket/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import * as Fanout from "#core/fanout/index.ts";
import { db, table, transact } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { mailsPerAddressAndDay, take } from "#core/lib/mail-limit.ts";
import * as Log from "#core/log/index.ts";
import * as Order from "#core/order/index.ts";
import { killer } from "#tests/support/bank.ts";
import { deliver, runPages } from "#tests/support/cancelled.ts";
import * as Harness from "#tests/support/harness.ts";
import { type Email, inbox, type Refusal, refusingSes } from "#tests/support/inbox.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import * as SentAgain from "#tests/support/sent-again.ts";
import { shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
let kill: ReturnType<typeof killer>;
let ses: Awaited<ReturnType<typeof refusingSes>>;
/** SES's answer to a recipient; undefined: it accepts. */
let refuse: (to: string) => Refusal | undefined = () => undefined;

beforeAll(async () => {
  ses = await refusingSes((to) => refuse(to));
  stage = await Harness.stage({ ses });
  steps = shop(stage);
  kill = killer();
});
afterAll(() => ses?.close());
beforeEach(() => {
  SentAgain.pages();
});
afterEach(() => {
  refuse = () => undefined;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Wishes = { seats?: string[][]; locale?: "en" | "ko" };

/** A buyer with an order for each list of seats. */
const buyer = async (eventId: string, { seats = [["A-1-1"]], locale }: Wishes = {}) => {
  const user = await stage.user({ balance: 1_000_000, ...(locale && { locale }) });
  const orderIds = [];
  for (const some of seats) {
    const { orderId } = await steps.held(user, { eventId, seats: some });
    await steps.pay(user, orderId);
    await stage.settle();
    orderIds.push(orderId);
  }
  return { ...user, orderIds };
};

type Changes = Record<string, unknown>;

/** Writes new facts as a change of an event does: announced first, then the event and its log entry in one transaction. */
const change = async (eventId: string, to: Changes, { action = "event.changed", at = Date.now() + 6_000 } = {}) => {
  const event = (await Catalog.find(eventId)) as unknown as Changes & { revision?: number };
  const logId = Ids.make("log", at);
  await Fanout.announce({ eventId, logId, now: at });
  const names = Object.keys(to);
  const changes = Object.fromEntries(names.map((name) => [name, { from: event[name], to: to[name] }]));
  const Update = {
    TableName: table("Catalog"),
    Key: { pk: `EVENT#${eventId}`, sk: "META" },
    UpdateExpression: `SET revision = :revision, ${names.map((_, n) => `#f${n} = :f${n}`).join(", ")}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, n) => [`#f${n}`, name])),
    ExpressionAttributeValues: {
      ":revision": (event.revision ?? 0) + 1,
      ...Object.fromEntries(names.map((name, n) => [`:f${n}`, to[name]])),
    },
  };
  const entry = Log.entry({ of: eventId, by: "usr_1", action: action as Log.Action, changes, logId, now: at });
  expect(await transact([{ Update }, entry])).toBeUndefined();
  Catalog.forget(eventId);
  return logId;
};

/** The e-mails to a buyer about changes. */
const told = async ({ email }: { email: string }): Promise<Email[]> =>
  (await inbox()).filter(
    ({ destination, subject }) =>
      destination.to.includes(email) && /^(Changed|New date|변경 안내|날짜 변경): /.test(subject),
  );

const calendarOf = (mail: Email | undefined) =>
  Buffer.from(mail?.attachments.find(({ filename }) => filename === "event.ics")?.content ?? "", "base64").toString();

/** The entries of a calendar after it has read these files in order: it takes an entry only with a higher sequence (RFC 5546, 2.1.5). */
const calendar = (...files: string[]) => {
  const entries = new Map<string, { sequence: number; text: string }>();
  for (const file of files)
    for (const [text] of file.matchAll(/BEGIN:VEVENT[\s\S]*?END:VEVENT/g)) {
      const of = (name: string) => new RegExp(`^${name}:(.*)\r$`, "m").exec(text)?.[1] ?? "";
      const known = entries.get(of("UID"));
      const sequence = Number(of("SEQUENCE"));
      if (!known || known.sequence < sequence) entries.set(of("UID"), { sequence, text });
    }
  return entries;
};

const start = Date.UTC(2027, 4, 1, 10, 0, 0);

test("a buyer with several orders is mailed once, with old and new value, and their calendar takes both entries", async () => {
  const { eventId } = await stage.event({ startsAt: new Date(start).toISOString() });
  const user = await buyer(eventId, { seats: [["A-1-1", "A-1-2"], ["A-5-1"]] });
  await stage.drain();
  const before = (await inbox()).filter(({ destination }) => destination.to.includes(user.email)).map(calendarOf);
  await change(eventId, { venue: "The <b>new</b> hall", startsAt: start + 3_600_000 });
  await runPages();
  const [mail, ...more] = await told(user);
  expect(more).toEqual([]);
  expect(mail?.subject).toBe("Changed: A concert");
  expect(mail?.body.text).toContain("Venue: The <b>new</b> hall (before: A hall)");
  expect(mail?.body.html).toContain("The &#60;b&#62;new&#60;/b&#62; hall (before: A hall)");
  for (const part of [mail?.body.text, mail?.body.html])
    for (const said of [
      "20:00 KST",
      "before: Sat, 1 May 2027,\u00a019:00 KST",
      "Your tickets stay valid",
      ...user.orderIds,
    ])
      expect(part).toContain(said);
  const entries = calendar(...before, calendarOf(mail));
  expect([...entries.keys()].sort()).toEqual(user.orderIds.map((orderId) => `${orderId}@onsale`).sort());
  for (const { text, sequence } of entries.values()) {
    expect(sequence).toBe(1);
    expect(text).toContain("DTSTART:20270501T110000Z");
    expect(text).toContain("STATUS:CONFIRMED");
  }
  expect(calendarOf(mail)).toContain("METHOD:PUBLISH");
});

test("a buyer whose account is in Korean reads it in Korean; a new date says until when tickets can be returned", async () => {
  const { eventId } = await stage.event({ startsAt: new Date(start).toISOString() });
  const [ko, en] = [
    await buyer(eventId, { locale: "ko", seats: [["A-1-1"]] }),
    await buyer(eventId, { seats: [["A-1-2"]] }),
  ];
  const day = 86_400_000;
  const postponed = { from: start, refundUntil: start - day };
  await change(eventId, { startsAt: start + 7 * day, postponed }, { action: "event.postponed" });
  await runPages();
  const [[koMail], [enMail]] = [await told(ko), await told(en)];
  expect(koMail?.subject).toBe("날짜 변경: A concert");
  for (const said of ["시작: 2027년 5월 8일", "변경 전: 2027년 5월 1일", "4월 30일", "환불받으실 수 있습니다"])
    expect(koMail?.body.text).toContain(said);
  expect(koMail?.body.html).toContain('<html lang="ko">');
  expect(enMail?.subject).toBe("New date: A concert");
  expect(enMail?.body.text).toContain("you can return your tickets until Fri, 30 Apr 2027,\u00a019:00 KST");
});

test("a change that concerns no buyer mails nobody: a price, a limit, a sale time", async () => {
  const { eventId } = await stage.event();
  const user = await buyer(eventId);
  await change(eventId, { prices: { Standard: 20_000 }, maxSeatsPerOrder: 2, salesCloseAt: start });
  expect((await runPages()).length).toBe(1);
  expect(await told(user)).toEqual([]);
});

test("who has no confirmed order is mailed nothing, and neither is who bought after the change", async () => {
  const { eventId } = await stage.event();
  const [holder, refunded] = [await stage.user(), await buyer(eventId, { seats: [["A-2-1"]] })];
  await steps.held(holder, { eventId, seats: ["A-1-1"] });
  await steps.cancel(refunded, refunded.orderIds[0] ?? "");
  await change(eventId, { venue: "B hall" }, { at: Date.now() - 60_000 });
  const late = await buyer(eventId, { seats: [["A-3-1"]] });
  await runPages();
  for (const user of [holder, refunded, late]) expect(await told(user)).toEqual([]);
  await change(eventId, { venue: "C hall" });
  await runPages();
  expect((await told(late)).map(({ body }) => /Venue: .*/.exec(body.text)?.[0])).toEqual([
    "Venue: C hall (before: B hall)",
  ]);
});

test("of a cancelled event only the refund is mailed", async () => {
  const { eventId } = await stage.event();
  const user = await buyer(eventId);
  await change(eventId, { venue: "B hall" });
  const announced = SentAgain.pages();
  await Fanout.cancel({ eventId, by: "usr_1", now: Date.now() });
  for (const { body } of announced) expect(await deliver(body)).toBe(false);
  expect(await told(user)).toEqual([]);
});

describe("once", () => {
  test("each message delivered twice, and late, mails each buyer once; so do two changes", async () => {
    const { eventId } = await stage.event();
    const users = [];
    for (let n = 0; n < 25; n++)
      users.push(await buyer(eventId, { seats: [[`A-${1 + Math.floor(n / 20)}-${1 + (n % 20)}`]] }));
    await change(eventId, { venue: "B hall" });
    await change(eventId, { venue: "C hall", title: "Another concert" });
    const delivered = await runPages(async (body) => [await deliver(body), await deliver(body)]);
    for (const { body } of delivered) await deliver(body);
    await runPages();
    for (const user of users) {
      const mails = await told(user);
      expect(mails).toHaveLength(1);
      expect(mails[0]?.body.text).toContain("Venue: C hall (before: A hall)");
      expect(mails[0]?.body.text).toContain("Title: Another concert (before: A concert)");
    }
  });

  test.each([
    ["mail sent", "before", 1],
    ["mail sent", "after", 2],
    ["buyer informed", "before", 2],
    ["buyer informed", "after", 2], // others of the page are between their e-mail and their mark
    ["message sent", "before", 1],
    ["message sent", "after", 1],
  ] as const)("a worker killed at “%s”, %s its effect, mails each buyer %d times at most", async (step, when, most) => {
    const { eventId } = await stage.event();
    const users = [];
    for (let n = 1; n <= 20; n++) users.push(await buyer(eventId, { seats: [[`A-1-${n}`]] }));
    const next = await buyer(eventId, { seats: [["A-2-1"]] });
    await change(eventId, { venue: "B hall" });
    let killed = false;
    await runPages(async (body) => {
      killed ||= await kill.run(step, when, () => deliver(body));
      return deliver(body);
    });
    expect(killed).toBe(true);
    const counts = await Promise.all([...users, next].map(async (user) => (await told(user)).length));
    expect(Math.min(...counts)).toBe(1);
    expect(Math.max(...counts)).toBeLessThanOrEqual(most);
    expect(counts.at(-1)).toBe(1);
    const [one] = users;
    expect((await Basket.read({ userId: one?.userId ?? "", eventId })).informed).toMatch(/^log_/);
  });

  test("a change that is not written yet is waited for, and one that never was mails nobody", async () => {
    const { eventId } = await stage.event();
    const user = await buyer(eventId);
    const logId = Ids.make("log", Date.now());
    await Fanout.announce({ eventId, logId, now: Date.now() });
    const [page] = SentAgain.pages();
    expect(page?.delaySeconds).toBe(2);
    expect(await deliver(page?.body ?? "")).toBe(true);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 121_000 });
    expect(await deliver(page?.body ?? "")).toBe(false);
    expect(await told(user)).toEqual([]);
  });
});

describe("SES", () => {
  const limited: Refusal = { status: 400, type: "TooManyRequestsException", message: "Maximum sending rate exceeded." };

  test("that is limited has the page come again: nobody is left out, and nobody is mailed twice", async () => {
    const counted = captureMetrics();
    const { eventId } = await stage.event();
    const users = [];
    for (let n = 1; n <= 6; n++) users.push(await buyer(eventId, { seats: [[`A-1-${n}`]] }));
    await change(eventId, { venue: "B hall" });
    const slow = new Set(users.slice(0, 3).map(({ email }) => email));
    refuse = (to) => (slow.has(to) ? limited : undefined);
    const [page] = SentAgain.pages();
    expect(await deliver(page?.body ?? "")).toBe(true);
    expect(SentAgain.pages()).toEqual([]); // the next page waits for this one
    expect(counted("MailFailed")).toBe(0);
    refuse = () => undefined;
    expect(await deliver(page?.body ?? "")).toBe(false);
    for (const user of users) expect(await told(user)).toHaveLength(1);
    expect(counted("MailSent", { service: "fanout" })).toBe(6);
  });

  test("that refuses an address for good is not asked again, and stops no other buyer", async () => {
    const counted = captureMetrics();
    const { eventId } = await stage.event();
    const [bad, good, full] = [
      await buyer(eventId, { seats: [["A-1-1"]] }),
      await buyer(eventId, { seats: [["A-1-2"]] }),
      await buyer(eventId, { seats: [["A-1-3"]] }),
    ];
    for (let n = 0; n < mailsPerAddressAndDay; n++)
      await take({ email: full.email, of: "orders", mail: `other ${n}`, now: Date.now() });
    await change(eventId, { venue: "B hall" });
    refuse = (to) => (to === bad.email ? { status: 400, type: "MessageRejected", message: "No" } : undefined);
    const delivered = await runPages();
    for (const { body } of delivered) await deliver(body);
    expect(await told(good)).toHaveLength(1);
    expect([await told(bad), await told(full)]).toEqual([[], []]);
    expect([counted("MailParked"), counted("MailLimited")]).toEqual([1, 1]);
  });
});

test("an order's own address gets its entries, and the account's address the others", async () => {
  const { eventId } = await stage.event();
  const user = await buyer(eventId, { seats: [["A-1-1"], ["A-1-2"]] });
  const [first = "", second = ""] = user.orderIds;
  await db().send(
    new UpdateCommand({
      TableName: table("Orders"),
      Key: Order.orderKey(user.userId, second),
      UpdateExpression: "SET mailTo = :to",
      ExpressionAttributeValues: { ":to": { email: `other-${user.email}`, by: "usr_1", at: 1 } },
    }),
  );
  await change(eventId, { venue: "B hall" });
  await runPages();
  const [[own], [other]] = [await told(user), await told({ email: `other-${user.email}` })];
  expect([...calendar(calendarOf(own)).keys()]).toEqual([`${first}@onsale`]);
  expect([...calendar(calendarOf(other)).keys()]).toEqual([`${second}@onsale`]);
});
