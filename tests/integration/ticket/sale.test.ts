/** From a payment to the inbox and the entrance, through the deployed handlers, the queue and the stream. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "#local/sandbox/server.ts";
import * as Harness from "#tests/support/harness.ts";
import { inbox } from "#tests/support/inbox.ts";

let stage: Harness.Stage;
let sandbox: Sandbox;
let admin: Harness.User;
beforeAll(async () => {
  sandbox = await startSandbox({ key: "sandbox-key" });
  stage = await Harness.stage({ gateway: { url: sandbox.url, key: "sandbox-key" } });
  admin = await stage.user({ roles: ["admin"] });
});
afterAll(() => sandbox?.stop());

const subjects = async (user: Harness.User): Promise<string[]> => {
  const emails = await inbox();
  return emails.filter(({ destination }) => destination.to.includes(user.email)).map(({ subject }) => subject);
};

const buy = async (payment: object) => {
  const buyer = await stage.user({ balance: 100_000 });
  const { eventId } = await stage.event();
  const { token } = buyer;
  const body = { eventId, seats: ["A-1-1", "A-1-2"] };
  const { orderId } = (await stage.call("POST /v1/orders", { token, body })).body;
  const params = { orderId };
  await stage.call("POST /v1/orders/{orderId}/payment", { token, params, body: payment });
  await stage.drain();
  const read = async () => (await stage.call("GET /v1/orders/{orderId}", { token, params })).body;
  const cancel = () => stage.call("DELETE /v1/orders/{orderId}", { token, params });
  return { buyer, read, cancel };
};
const checkIn = ({ eventId }: { eventId: string }, code: string) =>
  stage.call("POST /v1/admin/check-ins", { token: admin.token, body: { eventId, code } });

test.each([
  ["points", { method: "points" }],
  ["a card", { method: "card", card: { token: "tok_approve" } }],
])("paid by %s: tickets on the order and by e-mail, one check-in, and no refund after it", async (_, payment) => {
  const { buyer, read, cancel } = await buy(payment);
  const order = await read();
  expect(order.status).toBe("confirmed");
  expect(order.tickets.map(({ seatId }: { seatId: string }) => seatId)).toEqual(["A-1-1", "A-1-2"]);
  expect(await subjects(buyer)).toEqual(["Your tickets: A concert"]);
  const [{ code }] = order.tickets;
  expect((await checkIn(order, code)).status).toBe(201);
  expect((await checkIn(order, code)).status).toBe(409);
  expect(await cancel()).toMatchObject({ status: 409, body: { code: "order.not_cancellable" } });
  await stage.drain();
  expect((await read()).status).toBe("confirmed");
  expect(await subjects(buyer)).toHaveLength(1);
});

test.each([
  ["points", { method: "points" }],
  ["a card", { method: "card", card: { token: "tok_approve" } }],
])("paid by %s and refunded: an e-mail says so, and the ticket is refused at the entrance", async (_, payment) => {
  const { buyer, read, cancel } = await buy(payment);
  const bought = await read();
  expect((await cancel()).status).toBe(202);
  await stage.drain();
  const order = await read();
  expect(order.status).toBe("refunded");
  expect(order).not.toHaveProperty("tickets");
  expect(await checkIn(bought, bought.tickets[0].code)).toMatchObject({
    status: 422,
    body: { code: "ticket.invalid" },
  });
  expect(await subjects(buyer)).toEqual(["Your tickets: A concert", "Refunded: A concert"]);
});

test("a declined card sends nothing", async () => {
  const { buyer, read } = await buy({ method: "card", card: { token: "tok_decline" } });
  expect(await read()).toMatchObject({ status: "held", payment: { status: "declined" } });
  expect(await subjects(buyer)).toEqual([]);
});
