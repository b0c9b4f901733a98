/** The audit reports each kind of violation by its name, and unfinished work as open. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { audit, both, drawn, empty, invariants, type OrderFacts, type Snapshot, violations } from "#ops/audit/index.ts";

const NOW = 1_800_000_000_000;
const EVENT = "evt_01";
const SEED = "5eed".repeat(16);
const id = (n: number) => `ord_01ARZ3NDEKTSV4RRFFQ69G5F${String(n).padStart(2, "0")}`;

const order = (n: number, userId: string, status: OrderFacts["status"], seatIds: string[]): OrderFacts => ({
  userId,
  orderId: id(n),
  eventId: EVENT,
  status,
  seats: seatIds.map((seatId) => ({ seatId, sectionId: "A", price: 100 })),
  total: 100 * seatIds.length,
  heldUntil: NOW + 60_000,
});

const seat = (seatId: string, n: number, userId: string, state: "held" | "sold") => ({
  ...{ eventId: EVENT, sectionId: "A", seatId, state, orderId: id(n), userId },
  ...(state === "held" ? { heldUntil: NOW + 60_000 } : { price: 100 }),
});

const payment = (n: number, status: string, amount: number) => ({
  ...{ paymentId: `pay_${n}_${status}`, reference: `bob.${id(n)}.a1`, status, amount, refunded: 0 },
});

/** Ann paid two seats by points, Bob one by card, Cid holds one, Dan was refunded; the lobby had three visitors. */
const sale = (): Snapshot => ({
  ...empty(NOW),
  events: [
    {
      ...{ eventId: EVENT, title: "A concert", currency: "KRW", maxSeatsPerOrder: 2, maxSeatsPerUser: 2 },
      sections: [{ sectionId: "A", capacity: 4 }],
      commitment: createHash("sha256").update(Buffer.from(SEED, "hex")).digest("hex"),
      ...{ lobby: 3, seed: SEED, queue: { enabled: true, maxActive: 10 } },
      ...{ organisationId: "org_1", startsAt: NOW, postponed: {}, revision: 2, listed: "log_3" },
    },
  ],
  log: [
    { of: EVENT, action: "event.created", changes: { draft: { to: true } } },
    { of: EVENT, action: "event.published" },
    { of: EVENT, action: "event.changed" },
    { of: EVENT, action: "event.postponed" },
  ],
  lists: [`org_1 00${NOW}#${EVENT}#log_3`],
  orders: [
    { ...order(1, "ann", "confirmed", ["1", "2"]), confirmedMailedAt: NOW - 1 },
    { ...order(2, "bob", "confirmed", ["3"]), confirmedMailedAt: NOW - 1 },
    order(3, "cid", "held", ["4"]),
    { ...order(4, "dan", "refunded", ["3"]), refundedMailedAt: NOW - 1 },
    { ...order(5, "eve", "held", ["4"]), heldUntil: NOW - 1 },
  ],
  seats: [
    { ...seat("1", 1, "ann", "sold"), entered: true },
    seat("2", 1, "ann", "sold"),
    seat("3", 2, "bob", "sold"),
    seat("4", 3, "cid", "held"),
  ],
  baskets: [
    { userId: "ann", eventId: EVENT, bought: 2 },
    { userId: "bob", eventId: EVENT, bought: 1 },
    { userId: "cid", eventId: EVENT, openOrder: id(3), bought: 0 },
    { userId: "dan", eventId: EVENT, bought: 0 },
  ],
  checkIns: [{ userId: "ann", ticketId: `tkt_${id(1).slice(4)}_1` }],
  wallets: [
    { userId: "ann", balance: 260 },
    { userId: "fay", balance: 0 },
    { userId: "dan", balance: 100 },
  ],
  entries: [
    { userId: "ann", entryId: "e1", kind: "charge", amount: 500 },
    { userId: "ann", entryId: "e2", kind: "payment", amount: -200, orderId: id(1) },
    { userId: "ann", entryId: "e6", kind: "payback", amount: -40 },
    { userId: "fay", entryId: "e7", kind: "charge", amount: 70 },
    { userId: "fay", entryId: "e8", kind: "forfeit", amount: -70, balance: 0 },
    { userId: "dan", entryId: "e3", kind: "charge", amount: 100 },
    { userId: "dan", entryId: "e4", kind: "payment", amount: -100, orderId: id(4) },
    { userId: "dan", entryId: "e5", kind: "refund", amount: 100, orderId: id(4) },
  ],
  charges: [{ userId: "ann", chargeId: "c1", state: "done", paymentId: "pay_c1", paidBack: 40 }],
  payments: [
    payment(2, "captured", 100),
    payment(2, "voided", 100),
    payment(3, "declined", 100),
    { paymentId: "pay_c1", reference: "ann.wallet.c1", status: "partially_refunded", amount: 500, refunded: 40 },
  ],
  mails: [
    { orderId: id(1), kind: "confirmed", at: NOW - 1_000 },
    { orderId: id(2), kind: "confirmed", at: NOW - 1_000 },
    { orderId: id(4), kind: "confirmed", at: NOW - 1_000 },
    { orderId: id(4), kind: "refunded", at: NOW - 1_000 },
  ],
  queues: [
    {
      ...{ eventId: EVENT, issued: 4, serving: 4, active: 1 },
      places: [
        { userId: "ann", index: 1 },
        { userId: "bob", index: 2 },
        { userId: "cid", index: 3 },
        { userId: "dan", number: 4 },
      ],
    },
  ],
  visitors: [{ eventId: EVENT, userId: "dan", number: 4, admittedAt: NOW - 5_000 }],
});

const at = <T>(items: readonly T[], index: number): T => items[index] as T;

test("an order with a used ticket and a failed capture is no violation once it is recorded", () => {
  const snapshot = sale();
  const [order, charge] = [at(snapshot.orders, 1), at(snapshot.payments ?? [], 0)];
  charge.status = "voided";
  expect(violations(audit(snapshot)).join()).toContain("paid 0 times");
  Object.assign(order, { attemptId: "one", attempts: { one: { method: "card", reason: "payment.capture_failed" } } });
  expect(violations(audit(snapshot))).toEqual([]);
});

/** Each changes a correct sale in one way. */
const plants: [invariant: string, how: string, plant: (snapshot: Snapshot) => void][] = [
  [
    "no seat in two live orders",
    "two confirmed orders name one seat",
    ({ orders }) => {
      at(orders, 1).seats = [{ seatId: "1", sectionId: "A", price: 100 }];
    },
  ],
  [
    "confirmed order ⇔ its seats sold to it",
    "a confirmed order's seat is free",
    ({ seats }) => {
      seats.splice(0, 1);
    },
  ],
  [
    "confirmed order ⇔ its seats sold to it",
    "a seat is sold to an order that was released",
    ({ orders }) => {
      at(orders, 1).status = "released";
    },
  ],
  [
    "paid back = debited = refunded to the card",
    "a wallet was debited for a refund that no charge records",
    ({ charges }) => {
      at(charges, 0).paidBack = 0;
    },
  ],
  [
    "paid back = debited = refunded to the card",
    "the gateway has refunded more than was debited",
    ({ payments = [] }) => {
      at(payments, 3).refunded = 80;
    },
  ],
  [
    "given up ⇒ the whole balance",
    "a part of a balance was given up",
    ({ entries, wallets }) => {
      Object.assign(entries.find(({ kind }) => kind === "forfeit") ?? {}, { amount: -50, balance: 20 });
      Object.assign(at(wallets, 1), { balance: 20 });
    },
  ],
  [
    "disputed ⇒ not refunded",
    "a disputed payment was refunded beside it",
    ({ orders }) => {
      at(orders, 3).attempts = { one: { method: "points", status: "refunded", disputed: true } };
    },
  ],
  [
    "held order ⇔ its seats held by it",
    "a held seat belongs to nobody's order",
    ({ orders }) => {
      orders.splice(2, 1);
    },
  ],
  [
    "held order ⇔ its seats held by it",
    "a held order lost its seat",
    ({ seats }) => {
      seats.splice(3, 1);
    },
  ],
  [
    "never above capacity",
    "more are sold than there are",
    ({ events }) => {
      at(at(events, 0).sections, 0).capacity = 3;
    },
  ],
  [
    "never above a user's limit",
    "two orders of a user exceed it",
    ({ orders, baskets }) => {
      at(orders, 1).userId = "ann";
      at(baskets, 0).bought = 3;
      baskets.splice(1, 1);
    },
  ],
  [
    "never above a user's limit",
    "a basket has counted wrong",
    ({ baskets }) => {
      at(baskets, 1).bought = 0;
    },
  ],
  [
    "checked in ⇒ confirmed, or refunded on purpose",
    "a refunded order's ticket was checked in",
    ({ checkIns }) => {
      checkIns.push({ userId: "dan", ticketId: `tkt_${id(4).slice(4)}_1` });
    },
  ],
  [
    "checked in ⇔ its seat marked",
    "a check-in left its seat without a mark",
    ({ seats }) => {
      seats[0] = seat("1", 1, "ann", "sold");
    },
  ],
  [
    "checked in ⇔ its seat marked",
    "an undo left the mark",
    ({ checkIns }) => {
      checkIns.splice(0, 1);
    },
  ],
  [
    "confirmed order ⇔ one debit or charge",
    "an order was debited twice",
    ({ entries, wallets }) => {
      entries.push({ userId: "ann", entryId: "e6", kind: "payment", amount: -200, orderId: id(1) });
      at(wallets, 0).balance = 100;
    },
  ],
  [
    "confirmed order ⇔ one debit or charge",
    "an order was debited and charged",
    ({ payments }) => {
      payments?.push(payment(1, "captured", 200));
    },
  ],
  [
    "confirmed order ⇔ one debit or charge",
    "a card was charged for an order that is only held",
    ({ payments }) => {
      payments?.push(payment(3, "captured", 100));
    },
  ],
  [
    "confirmed order ⇔ one debit or charge",
    "a ticket was given for nothing",
    ({ payments }) => {
      payments?.splice(0, 1);
    },
  ],
  [
    "confirmed order ⇔ one debit or charge",
    "a reservation on a card was left behind",
    ({ payments }) => {
      payments?.push(payment(3, "authorised", 100));
    },
  ],
  [
    "wallet = sum of its entries",
    "points have no entry that explains them",
    ({ wallets }) => {
      at(wallets, 0).balance = 301;
    },
  ],
  [
    "charged − refunded = revenue",
    "a seat was sold below its price",
    ({ seats, orders }) => {
      at(seats, 0).price = 50;
      at(at(orders, 0).seats, 0).price = 50;
    },
  ],
  [
    "no charge without points or an order",
    "a card paid for points that never came",
    ({ payments }) => {
      payments?.push({ paymentId: "pay_9", reference: "bob.wallet.c1", status: "captured", amount: 700, refunded: 0 });
    },
  ],
  [
    "confirmed order ⇔ one mail",
    "a buyer got two",
    ({ mails }) => {
      mails?.push({ orderId: id(1), kind: "confirmed", at: NOW });
    },
  ],
  [
    "confirmed order ⇔ one mail",
    "a buyer got none",
    ({ mails }) => {
      mails?.splice(0, 1);
    },
  ],
  [
    "confirmed order ⇔ one mail",
    "somebody who did not pay got one",
    ({ mails }) => {
      mails?.push({ orderId: id(3), kind: "confirmed", at: NOW });
    },
  ],
  [
    "confirmed order ⇔ one mail",
    "a buyer with valid tickets was told that they are void",
    ({ mails }) => {
      mails?.push({ orderId: id(1), kind: "released", at: NOW });
    },
  ],
  [
    "confirmed order ⇔ one mail",
    "a buyer who gave a hold back was told that the tickets are void",
    ({ orders, mails, seats }) => {
      Object.assign(at(orders, 2), { status: "released", open: undefined });
      seats.splice(-1, 1);
      mails?.push({ orderId: id(3), kind: "released", at: NOW });
    },
  ],
  [
    "no message left in flight or dead",
    "a message is dead",
    (snapshot) => {
      snapshot.messages = { waiting: 0, dead: 1 };
    },
  ],
  [
    "no message left in flight or dead",
    "an order waits for the gateway",
    ({ orders }) => {
      at(orders, 2).status = "paying";
    },
  ],
  [
    "queue numbers unique",
    "two visitors have one number",
    ({ visitors }) => {
      visitors.push({ eventId: EVENT, userId: "eve", number: 4 });
    },
  ],
  [
    "the lobby's numbers are its draw",
    "another seed than the committed one",
    ({ events }) => {
      at(events, 0).commitment = "00".repeat(32);
    },
  ],
  [
    "the lobby's numbers are its draw",
    "a visitor was given another number",
    ({ visitors }) => {
      visitors.push({ eventId: EVENT, userId: "ann", index: 1, number: drawn(SEED, 3, 1) + 10 });
    },
  ],
  [
    "called in order, within the capacity",
    "more visitors are active than the capacity",
    ({ queues }) => {
      at(queues, 0).active = 11;
    },
  ],
  [
    "called in order, within the capacity",
    "a visitor was admitted beyond a capacity that had been reduced",
    ({ events, queues }) => {
      Object.assign(at(events, 0).queue, { maxActive: 2, claimSeconds: 60 });
      Object.assign(at(queues, 0), {
        ...{ active: 3, admissions: [NOW - 90_000, NOW - 80_000, NOW - 1_000] },
        narrowed: { from: 10, at: NOW - 70_000 },
      });
    },
  ],
  [
    "called in order, within the capacity",
    "more visitors were admitted than the largest capacity",
    ({ events, queues }) => {
      Object.assign(at(events, 0).queue, { maxActive: 1, claimSeconds: 60 });
      Object.assign(at(queues, 0), {
        ...{ active: 3, admissions: [NOW - 90_000, NOW - 80_000, NOW - 79_000] },
        narrowed: { from: 2, at: NOW - 70_000 },
      });
    },
  ],
  [
    "called in order, within the capacity",
    "somebody entered before being called",
    ({ visitors }) => {
      visitors.push({ eventId: EVENT, userId: "eve", number: 9, admittedAt: NOW });
    },
  ],
  [
    "called in order, within the capacity",
    "a visitor waits although a later number has entered",
    ({ visitors }) => {
      visitors.push({ eventId: EVENT, userId: "eve", number: 3, refusedAt: NOW });
    },
  ],
  [
    "draft ⇒ no orders",
    "a draft sells",
    ({ events }) => {
      at(events, 0).draft = true;
    },
  ],
  [
    "cancellation finished ⇒ its orders ended",
    "a held order is left",
    ({ events, log, orders }) => {
      at(events, 0).cancelled = { finished: true };
      log.push({ of: EVENT, action: "event.cancelled" });
      for (const order of orders) if (order.status === "confirmed") order.status = "refunded";
    },
  ],
  ...["event.published", "event.postponed"].map((action): (typeof plants)[number] => [
    "an event's changes ⇒ in its log",
    `the log has no ${action}`,
    (snapshot) => {
      snapshot.log = snapshot.log.filter((entry) => entry.action !== action);
    },
  ]),
  [
    "an event's changes ⇒ in its log",
    "a cancellation is not in it",
    ({ events }) => {
      at(events, 0).cancelled = {};
    },
  ],
  [
    "an event's changes ⇒ in its log",
    "one of two changes is not in it",
    ({ log }) => {
      log.splice(2, 1);
    },
  ],
  [
    "event ⇔ once in its organisation's list",
    "an event is not in it",
    (snapshot) => {
      snapshot.lists = [];
    },
  ],
  [
    "event ⇔ once in its organisation's list",
    "an event is in another organisation's list too",
    ({ lists }) => {
      lists?.push(`org_2 00${NOW}#${EVENT}#log_2`);
    },
  ],
];

test("a correct sale has no violation", () => {
  expect(violations(audit(sale()))).toEqual([]);
});

test.each(plants)("%s: reported when %s", (invariant, _how, plant) => {
  const broken = sale();
  plant(broken);
  const { clean, verdicts } = audit(broken);
  expect(clean).toBe(false);
  expect(verdicts.filter(({ violations }) => violations.length > 0).map(({ name }) => name)).toContain(invariant);
});

test("every invariant has a planted violation", () => {
  expect(new Set(plants.map(([name]) => name))).toEqual(new Set(invariants.map(({ name }) => name)));
});

test("unfinished work is open, and no violation of anything else", () => {
  const busy = sale();
  Object.assign(at(busy.orders, 2), { status: "paying", open: "paying" });
  busy.payments?.push(payment(3, "authorised", 100));
  busy.messages = { waiting: 1, dead: 0 };
  const { verdicts } = audit(busy);
  const broken = verdicts.filter(({ violations }) => violations.length > 0);
  expect(broken.map(({ name }) => name)).toEqual(["no message left in flight or dead"]);
  expect(verdicts.find(({ name }) => name === "confirmed order ⇔ one debit or charge")?.open).toBe(1);
});

test("an order paid by card is not judged if the gateway's ledger cannot be read", () => {
  const unread = sale();
  unread.payments = undefined;
  at(unread.orders, 1).attempts = { a1: { method: "card" } };
  const { clean, verdicts } = audit(unread);
  expect(clean).toBe(true);
  expect(verdicts.find(({ name }) => name === "confirmed order ⇔ one debit or charge")?.open).toBe(1);
  expect(verdicts.find(({ name }) => name === "no charge without points or an order")?.unseen).toBeDefined();
});

test("a violation that only one of two snapshots shows was a torn snapshot", () => {
  const torn = sale();
  torn.seats.splice(0, 1);
  expect(both(audit(torn), audit(sale())).clean).toBe(true);
  expect(both(audit(torn), audit(torn)).clean).toBe(false);
  const [busy, busier] = [sale(), sale()];
  busy.messages = { waiting: 1, dead: 0 };
  busier.messages = { waiting: 2, dead: 0 };
  expect(both(audit(busy), audit(busier)).clean).toBe(false);
});

test("a reduced capacity keeps visitors who are inside or were called before", () => {
  const smaller = sale();
  Object.assign(at(smaller.events, 0).queue, { maxActive: 1, claimSeconds: 60 });
  Object.assign(at(smaller.queues, 0), {
    ...{ active: 4, admissions: [NOW - 90_000, NOW - 80_000, NOW - 75_000, NOW - 20_000] },
    narrowed: { from: 4, at: NOW - 70_000 },
  });
  expect(violations(audit(smaller))).toEqual([]);
});

test("a buyer who asked for the e-mail again may have it more than once", () => {
  const asked = sale();
  asked.mails?.push({ orderId: id(1), kind: "confirmed", at: NOW });
  expect(violations(audit(asked))).toHaveLength(1);
  at(asked.orders, 0).mailAgainAt = NOW;
  expect(violations(audit(asked))).toEqual([]);
});

/** Order 1 by card, confirmed and mailed, then not charged. */
const voided = () => {
  const snapshot = sale();
  const attempts = { a1: { method: "card", status: "declined", reason: "payment.capture_failed" } };
  Object.assign(at(snapshot.orders, 1), { status: "released", attemptId: "a1", attempts, releasedMailedAt: NOW });
  snapshot.seats = snapshot.seats.filter(({ orderId }) => orderId !== id(2));
  at(snapshot.baskets, 1).bought = 0;
  snapshot.payments = snapshot.payments?.filter(({ status }) => status !== "captured");
  return snapshot;
};

test("an order with a failed capture has one mail about it, beside that of its confirmation", () => {
  const seen = voided();
  seen.mails?.push({ orderId: id(2), kind: "released", at: NOW });
  expect(violations(audit(seen))).toEqual([]);
  expect(violations(audit(voided()))).toEqual([expect.stringContaining("is released, but has no mail")]);
  const unsent = voided();
  at(unsent.orders, 1).releasedMailedAt = undefined as never;
  expect(violations(audit(unsent))).toEqual([expect.stringContaining("1 mail(s) not sent yet")]);
});

test("an inbox that began after a mail was sent causes no violation", () => {
  const restarted = sale();
  restarted.mails = [{ orderId: id(4), kind: "refunded", at: NOW }];
  for (const order of restarted.orders) if (order.confirmedMailedAt) order.confirmedMailedAt = NOW - 60_000;
  at(restarted.orders, 3).refundedMailedAt = NOW;
  expect(violations(audit(restarted))).toEqual([]);
});

test("a mail beyond its address's limit is not expected; one that SES refused is", () => {
  const unsent = (reason: string) => {
    const snapshot = sale();
    snapshot.mails = snapshot.mails?.filter(({ orderId }) => orderId !== id(1));
    Object.assign(at(snapshot.orders, 0), { confirmedMailedAt: undefined, confirmedUnsent: reason });
    return violations(audit(snapshot));
  };
  expect(unsent("limit")).toEqual([]);
  expect(unsent("refused")).toEqual([expect.stringContaining("1 mail(s) not sent yet")]);
});

test("a used ticket may belong to an order that an organiser refunded on purpose", () => {
  const refunded = sale();
  refunded.checkIns.push({ userId: "dan", ticketId: `tkt_${id(4).slice(4)}_1` });
  expect(violations(audit(refunded))).toHaveLength(1);
  at(refunded.orders, 3).forced = { by: "usr_1", at: NOW };
  expect(violations(audit(refunded))).toEqual([]);
});
