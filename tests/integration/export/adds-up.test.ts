/** What is exported is what the audit finds in the tables. */
import { execFile } from "node:child_process";
import { expect, test, vi } from "vitest";
import { read } from "#ops/audit/read.ts";
import { counter } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { block } from "#tests/support/stage.ts";
import { BOM, pages, type Row, rowsOf } from "./read.ts";

const shared = counter();
const POINTS = { method: "points" };
const CARD = { method: "card", card: { token: "tok_approve" } };
const hall = {
  ...{ maxSeatsPerOrder: 4, plan: block(10, 20), prices: { Standard: 10_000, "=Floor": 7_000 } },
  generalAdmission: [{ sectionId: "G", name: '한글 🎫, "G"', capacity: 50, category: "=Floor" }],
};

const floor = (quantity = 1) => ({ pick: { quantity, sectionId: "G" } });
const seat = (...seats: string[]) => ({ seats });

const bought = async (eventId: string, wanted: object, how: object = POINTS) => {
  const user = await shared.at.stage.user({ balance: 100_000 });
  const { orderId } = await shared.steps.held(user, { eventId, ...wanted });
  await shared.steps.pay(user, orderId, how);
  await shared.at.stage.settle();
  const order = await shared.steps.get(user, orderId);
  expect(order.status).toBe("confirmed");
  return { user, orderId, tickets: order.tickets as { ticketId: string; code: string }[] };
};
type Bought = Awaited<ReturnType<typeof bought>>;

const enter = async (eventId: string, { tickets }: Bought) => {
  const body = { eventId, code: tickets[0]?.code };
  const reply = await shared.at.stage.call("POST /v1/admin/check-ins", { token: shared.admin.token, body });
  expect(reply.status).toBe(201);
};
const refund = async ({ user, orderId }: Bought, body: object) => {
  const asked = { token: shared.admin.token, params: { orderId }, query: { userId: user.userId }, body };
  expect((await shared.at.stage.call("POST /v1/admin/orders/{orderId}/refund", asked)).status).toBe(202);
};
const undo = ({ user, tickets }: Bought) =>
  shared.at.stage.call("DELETE /v1/admin/check-ins/{ticketId}", {
    token: shared.admin.token,
    params: { ticketId: tickets[0]?.ticketId ?? "" },
    query: { userId: user.userId },
  });

/** Orders in every state, by points and by card, in seats and in general admission, with and without check-ins. */
const sale = async (): Promise<string> => {
  const { eventId } = await shared.at.stage.event(hall);
  await bought(eventId, seat("A-1-1", "A-1-2"));
  await enter(eventId, await bought(eventId, seat("A-2-1"), CARD));
  await bought(eventId, floor(2));
  await bought(eventId, floor(), CARD);
  const back = await bought(eventId, seat("A-3-1"));
  await shared.steps.cancel(back.user, back.orderId);
  const backByCard = await bought(eventId, floor(2), CARD);
  await shared.steps.cancel(backByCard.user, backByCard.orderId);
  for (const [wanted, how] of [
    [seat("A-5-1", "A-5-2"), POINTS],
    [floor(), CARD],
  ] as const) {
    const used = await bought(eventId, wanted, how);
    await enter(eventId, used);
    await refund(used, { force: true });
  }
  const undone = await bought(eventId, seat("A-6-1"));
  await enter(eventId, undone);
  await undo(undone);
  await shared.at.stage.drain();
  const leaver = await shared.at.stage.user();
  await shared.steps.cancel(leaver, (await shared.steps.held(leaver, { eventId, seats: ["A-7-1"] })).orderId);
  await shared.steps.held(await shared.at.stage.user(), { eventId, ...floor(3) });
  return eventId;
};

const exported = async (eventId: string, kind: string): Promise<string> =>
  (await pages(shared.at.stage, { eventId, kind, token: shared.admin.token })).join("");
const sum = (rows: Row[], field: string): number => rows.reduce((total, row) => total + Number(row[field]), 0);
const by = <T>(all: T[], key: (one: T) => string, amount: (one: T) => number) => {
  const sums: Record<string, [number, number]> = {};
  for (const one of all) {
    const [count, total] = sums[key(one)] ?? [0, 0];
    sums[key(one)] = [count + 1, total + amount(one)];
  }
  return sums;
};

test("all four kinds add up to what the audit reads, by points and by card, with refunds and used tickets", {
  timeout: 120_000,
}, async () => {
  const eventId = await sale();
  const audited = await read({ now: Date.now(), queues: false });
  const orders = audited.orders.filter((order) => order.eventId === eventId);
  const mine = new Set(orders.map(({ orderId }) => orderId));

  const listed = rowsOf(await exported(eventId, "orders"));
  expect(
    by(
      listed,
      (row) => row.status ?? "",
      (row) => Number(row.total),
    ),
  ).toEqual(
    by(
      orders,
      ({ status }) => status,
      ({ total }) => total,
    ),
  );
  expect(
    Object.keys(
      by(
        listed,
        (row) => row.status ?? "",
        () => 0,
      ),
    ).sort(),
  ).toEqual(["confirmed", "held", "refunded", "released"].sort());

  const tickets = rowsOf(await exported(eventId, "tickets"));
  const sold = audited.seats.filter((seat) => seat.eventId === eventId && seat.state === "sold");
  expect(tickets.map(({ seatId }) => seatId).sort()).toEqual(sold.map(({ seatId }) => seatId).sort());
  expect(sum(tickets, "price")).toBe(sold.reduce((total, { price = 0 }) => total + price, 0));

  const payments = rowsOf(await exported(eventId, "payments"));
  const of = (type: string) => payments.filter((row) => row.type === type);
  const points = audited.entries.filter(({ orderId }) => mine.has(orderId ?? ""));
  const cards = (audited.payments ?? []).filter(({ reference }) => mine.has(reference.split(".")[1] ?? ""));
  const kept = cards.reduce((total, { amount, refunded }) => total + amount - refunded, 0);
  expect(cards).toHaveLength(4);
  expect(of("refund")).toHaveLength(4);
  expect(sum(of("payment"), "amount") - sum(of("refund"), "amount")).toBe(
    kept - points.reduce((total, { amount }) => total + amount, 0),
  );
  expect(sum(of("payment"), "amount") - sum(of("refund"), "amount")).toBe(sum(tickets, "price"));

  const entered = rowsOf(await exported(eventId, "check-ins"));
  const checkIns = audited.checkIns.filter(({ ticketId }) => mine.has(`ord_${ticketId.slice(4, 30)}`));
  expect(entered.map(({ ticketId }) => ticketId).sort()).toEqual(checkIns.map(({ ticketId }) => ticketId).sort());
  expect(entered.map(({ status }) => status).sort()).toEqual(["confirmed", "refunded", "refunded"]);
});

test("a refund that has not arrived is shown as such, and one by other means when the organiser says so", async () => {
  const { eventId } = await shared.at.stage.event(hall);
  const one = await bought(eventId, seat("A-1-1"), CARD);
  await shared.steps.cancel(one.user, one.orderId);
  const refunds = async () =>
    rowsOf(await exported(eventId, "payments"))
      .filter(({ type }) => type === "refund")
      .map(({ status, amount, refundId }) => [status, amount, refundId?.slice(0, 3)]);
  expect(await refunds()).toEqual([["refunding", "10000", "rf_"]]);
  await refund(one, { returnedOtherwise: true });
  expect(await refunds()).toEqual([["otherwise", "10000", "rf_"]]);
});

test.each([
  ["KRW", "1250"],
  ["USD", "12.50"],
  ["BHD", "1.250"],
])("amounts in %s have its decimals", async (currency, amount) => {
  const { eventId } = await shared.at.stage.event({ currency, prices: { Standard: 1_250 } });
  await shared.steps.held(await shared.at.stage.user(), { eventId, seats: ["A-1-1"] });
  expect(rowsOf(await exported(eventId, "orders"))).toMatchObject([{ total: amount, currency }]);
});

test("names are read back, whatever is in them, and none is a formula; a lapsed hold is expired", async () => {
  const { eventId } = await shared.at.stage.event({ ...hall, holdSeconds: 1 });
  const people: [string, User][] = [];
  for (const name of ['=HYPERLINK("a","b")', "김 하늘 🎫", 'O"Neil, Ann']) {
    const user = await shared.at.stage.user();
    await shared.at.stage.call("PATCH /v1/me", { token: user.token, body: { name } });
    await shared.steps.held(user, { eventId, ...floor() });
    people.push([name, user]);
  }
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 302_000 });
  const rows = rowsOf(await exported(eventId, "orders"));
  for (const [name, { userId, email }] of people)
    expect(rows.find((row) => row.userId === userId)).toMatchObject({
      ...{ name: name.replace(/^=/, "'="), email, status: "expired", createdAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
});

test("npm run export writes the same file, and says what is wrong with its options", { timeout: 60_000 }, async () => {
  const { eventId } = await shared.at.stage.event(hall);
  await bought(eventId, floor(2));
  const run = (...args: string[]): Promise<[number, string, string]> =>
    new Promise((resolve) => {
      const env = { ...process.env, AWS_LAMBDA_MAX_CONCURRENCY: undefined };
      execFile(process.execPath, ["ops/export.ts", ...args], { env }, (error, stdout, stderr) =>
        resolve([Number(error?.code ?? 0), stdout, stderr]),
      );
    });
  const file = await exported(eventId, "tickets");
  expect(file.startsWith(`${BOM}ticketId,`)).toBe(true);
  expect(await run("--event", eventId, "--kind", "tickets")).toEqual([0, file, ""]);
  expect(await run("--event", eventId, "--kind", "seats")).toEqual([
    2,
    "",
    expect.stringContaining("--kind is one of"),
  ]);
  expect(await run("--event", "a", "--kind", "orders")).toEqual([2, "", expect.stringContaining("--event is the id")]);
});
