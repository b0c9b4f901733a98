/** Connections that die silently: no error and no answer, until the caller's own timeout. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { bank } from "#tests/support/bank.ts";
import { type Answer, type Forward, type Request, startProxy } from "#tests/support/faults/proxy.ts";
import * as Harness from "#tests/support/harness.ts";
import { inbox } from "#tests/support/inbox.ts";
import { items, shop } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof bank>>;
let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
/** The fault for the next matching request, or for all. */
let next:
  | { means: (request: Request) => boolean; does: (forward: Forward) => Promise<unknown>; all?: true }
  | undefined;

const never = new Promise<Answer>(() => {});
const nothing = async () => {};

const proxies: Awaited<ReturnType<typeof startProxy>>[] = [];
const between = async (url: string) => {
  const proxy = await startProxy(url, async (request, forward) => {
    if (!next?.means(request)) return forward();
    const { does, all } = next;
    if (!all) next = undefined;
    await does(forward);
    return never;
  });
  proxies.push(proxy);
  return { url: proxy.url };
};

const operation =
  (name: string) =>
  ({ headers }: Request) =>
    String(headers["x-amz-target"]).endsWith(`.${name}`);

beforeAll(async () => {
  const { dynamodb, redis, ses } = inject("engines");
  at = await bank(async ({ gateway, ...links }) =>
    Harness.stage({
      ...links,
      dynamodb: await between(dynamodb.url),
      redis: { ...(await between(redis.url)), token: redis.token },
      ses: await between(ses.url),
      ...(gateway && { gateway: { ...gateway, ...(await between(gateway.url)) } }),
    }),
  );
  stage = at.stage;
  delete process.env.ONSALE_SOCKET_TIMEOUT_MS; // as it is deployed
  steps = shop(stage);
});
afterAll(async () => {
  await Promise.all([...proxies, at.sandbox].map((one) => one.stop()));
});

test("a read without an answer is repeated on another connection, within the request's own time", {
  timeout: 30_000,
}, async () => {
  const { eventId } = await stage.event();
  next = { means: operation("Query"), does: nothing };
  const reply = await steps.hold(await stage.user(), { eventId, pick: { quantity: 2 } });
  expect(next).toBeUndefined();
  expect(reply.status).toBe(201);
});

test("a hold that took effect without an answer is the same hold when it is repeated", {
  timeout: 30_000,
}, async () => {
  const { eventId } = await stage.event();
  const buyer = await stage.user();
  next = { means: operation("TransactWriteItems"), does: (forward) => forward() };
  const reply = await steps.hold(buyer, { eventId, seats: ["A-1-1"] }, { "idempotency-key": randomUUID() });
  expect(next).toBeUndefined();
  expect(reply.status).toBe(201);
  expect(await items("Seats", eventId)).toMatchObject([{ sk: "A-1-1", orderId: reply.body.orderId }]);
});

test("joining is refused once Redis has not answered for two seconds, and works when it answers again", {
  timeout: 30_000,
}, async () => {
  const { eventId } = await stage.event({ queue: { enabled: true } });
  const visitor = await stage.user();
  const join = () =>
    stage.call("POST /v1/events/{eventId}/queue/places", { params: { eventId }, token: visitor.token, body: {} });
  // DynamoDB's requests name their operation
  next = { means: ({ headers }) => headers["x-amz-target"] === undefined, does: nothing, all: true };
  const began = performance.now();
  const refused = await join();
  const took = performance.now() - began;
  next = undefined;
  expect([refused.status, refused.body.code]).toEqual([503, "queue.unavailable"]);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(took).toBeGreaterThan(1_900);
  expect(took).toBeLessThan(8_000);
  expect((await join()).body.place).toEqual(expect.any(String));
});

test("a card charged without an answer is charged once, and an e-mail that SES did not confirm goes out once", {
  timeout: 60_000,
}, async () => {
  const { eventId } = await stage.event();
  const buyer = await stage.user();
  const { orderId } = await steps.held(buyer, { eventId, seats: ["A-1-1"] });
  await steps.pay(buyer, orderId, { method: "card", card: { token: "tok_approve" } });
  next = { means: ({ method, path }) => method === "POST" && path === "/payments", does: (forward) => forward() };
  await stage.settle();
  expect(next).toBeUndefined();
  expect(await steps.get(buyer, orderId)).toMatchObject({ status: "confirmed", payment: { status: "approved" } });
  expect(at.paymentsOf(orderId).map(({ status, amount }) => [status, amount])).toEqual([["captured", 10_000]]);

  next = { means: ({ path }) => path.includes("outbound-emails"), does: nothing };
  const began = performance.now();
  await stage.drain();
  expect(next).toBeUndefined();
  expect(performance.now() - began).toBeGreaterThan(9_000);
  expect((await inbox()).filter(({ body }) => body.text?.includes(orderId))).toHaveLength(1);
});
