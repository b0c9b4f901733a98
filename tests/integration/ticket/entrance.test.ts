/** The entrance's counters: each check-in, undo and refund changes them, and they agree with the check-ins as the audit reads them. */
import { beforeAll, expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import type { Order } from "#core/order/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import * as Harness from "#tests/support/harness.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let admin: Harness.User;
let buyer: Harness.User;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
  buyer = await stage.user({ balance: 1_000_000 });
});
const clock = ownClock();

/** ms: longer than counts are kept. */
const keptMs = 2_100;

const counts = async (eventId: string) => {
  clock.pass(keptMs);
  const reply = await stage.call("GET /v1/admin/events/{eventId}/entrance", {
    params: { eventId },
    token: admin.token,
  });
  expect(reply.status).toBe(200);
  return reply.body;
};

/** Two seats of A, and one of the standing area, bought and paid. */
const sale = async () => {
  const generalAdmission = [{ sectionId: "GA", name: "Standing", capacity: 50, category: "Standard" }];
  const { eventId } = await stage.event({ plan: Harness.block(2, 20), generalAdmission });
  const { held, pay } = shop(stage);
  const buy = async (wanted: object): Promise<Order> => {
    const { orderId } = await held(buyer, { eventId, ...wanted });
    await pay(buyer, orderId);
    await stage.settle();
    clock.pass(1_000);
    return (await shop(stage).get(buyer, orderId)) as unknown as Order;
  };
  const seated = await buy({ seats: ["A-1-1", "A-1-2"] });
  const standing = await buy({ pick: { quantity: 1, sectionId: "GA" } });
  return { eventId, seated, standing };
};

const scan = async (eventId: string, order: Order, n = 1) => {
  const { code } = (await Ticket.codes({ ...order, userId: buyer.userId }))[n - 1] as Ticket.Ticket;
  return stage.call("POST /v1/admin/check-ins", { token: admin.token, body: { eventId, code } });
};

const undo = (order: Order, n = 1) =>
  stage.call("DELETE /v1/admin/check-ins/{ticketId}", {
    token: admin.token,
    params: { ticketId: `tkt_${order.orderId.slice(4)}_${n}` },
    query: { userId: buyer.userId },
  });

const refund = (order: Order) =>
  stage.call("POST /v1/admin/orders/{orderId}/refund", {
    token: admin.token,
    params: { orderId: order.orderId },
    query: { userId: buyer.userId },
    body: { force: true },
  });

const expectAudited = async () => {
  const found = violations(audit(await read({ now: now(), queues: false })));
  expect(found.filter((one) => JSON.stringify(one).includes("mark"))).toEqual([]);
};

test("a check-in counts in its section, a second scan does not, and an undo takes it back", async () => {
  const { eventId, seated, standing } = await sale();
  expect(await counts(eventId)).toEqual({
    in: 0,
    expected: 3,
    sections: [
      { sectionId: "A", name: "A", in: 0, expected: 2 },
      { sectionId: "GA", name: "Standing", in: 0, expected: 1 },
    ],
    asOf: expect.stringMatching(/Z$/),
  });
  expect((await scan(eventId, seated)).status).toBe(201);
  expect((await scan(eventId, seated)).status).toBe(409);
  expect((await scan(eventId, standing)).status).toBe(201);
  expect(await counts(eventId)).toMatchObject({ in: 2, expected: 3, sections: [{ in: 1 }, { in: 1 }] });
  await expectAudited();
  expect((await undo(seated)).status).toBe(204);
  expect(await counts(eventId)).toMatchObject({ in: 1, expected: 3, sections: [{ in: 0 }, { in: 1 }] });
  await expectAudited();
});

test("a refund of a used ticket takes it out of both counts, and its late undo leaves the next owner's mark", async () => {
  const { eventId, seated } = await sale();
  expect((await scan(eventId, seated)).status).toBe(201);
  expect((await refund(seated)).status).toBe(202);
  expect(await counts(eventId)).toMatchObject({ in: 0, expected: 1 });
  const { held, pay, get } = shop(stage);
  const { orderId } = await held(buyer, { eventId, seats: ["A-1-1"] });
  await pay(buyer, orderId);
  await stage.settle();
  const next = (await get(buyer, orderId)) as unknown as Order;
  expect((await scan(eventId, next)).status).toBe(201);
  expect((await undo(seated)).status).toBe(204);
  expect(await counts(eventId)).toMatchObject({ in: 1, expected: 2, sections: [{ in: 1 }, { in: 0 }] });
  await expectAudited();
});
