/** Connections that die without a word: no error, no answer. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Answer, type Forward, type Request, startProxy } from "#tests/faults/proxy.ts";
import * as Harness from "#tests/harness.ts";
import { items, shop } from "#tests/shop.ts";

let proxy: Awaited<ReturnType<typeof startProxy>>;
let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
/** What becomes of the next request that this operation of DynamoDB makes. */
let next: { operation: string; does: (forward: Forward) => Promise<unknown> } | undefined;

const never = new Promise<Answer>(() => {});

beforeAll(async () => {
  proxy = await startProxy(inject("engines").dynamodb.url, async ({ headers }: Request, forward) => {
    if (!next || !String(headers["x-amz-target"]).endsWith(`.${next.operation}`)) return forward();
    const { does } = next;
    next = undefined;
    await does(forward);
    return never;
  });
  stage = await Harness.stage({ dynamodb: { url: proxy.url } });
  delete process.env.ONSALE_PATIENCE; // as it is deployed
  steps = shop(stage);
});
afterAll(() => proxy.stop());

test("a read that nobody answers is asked again on another connection, within the request's own time", {
  timeout: 30_000,
}, async () => {
  const { eventId } = await stage.event();
  next = { operation: "Query", does: async () => {} };
  const reply = await steps.hold(await stage.user(), { eventId, pick: { quantity: 2 } });
  expect(next).toBeUndefined();
  expect(reply.status).toBe(201);
});

test("a hold that took effect and was never answered is the same hold when it is sent again", {
  timeout: 30_000,
}, async () => {
  const { eventId } = await stage.event();
  const buyer = await stage.user();
  next = { operation: "TransactWriteItems", does: (forward) => forward() };
  const reply = await steps.hold(buyer, { eventId, seats: ["A-1-1"] }, { "idempotency-key": randomUUID() });
  expect(next).toBeUndefined();
  expect(reply.status).toBe(201);
  expect(await items("Seats", eventId)).toMatchObject([{ sk: "A-1-1", orderId: reply.body.orderId }]);
});
