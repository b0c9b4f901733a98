/** Redis is down: nobody can join, and visitors inside can still buy. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import * as Queue from "#core/queue/index.ts";
import { type Bridge, startBridge } from "#local/engines/redis-bridge.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
let bridge: Bridge;
const token = "between";
const start = (port = 0) => startBridge({ redisUrl: inject("engines").redis.redisUrl, token, port });
beforeAll(async () => {
  bridge = await start();
  stage = await Harness.stage({ redis: { url: bridge.url, token } });
});
afterAll(() => bridge.stop());

test("joining, claiming, polling and leaving answer 503 with Retry-After while holds and payments go on", async () => {
  const { eventId } = await stage.event({ queue: { enabled: true, admitPerSecond: 100 } });
  const params = { eventId };
  const [buyer, visitor] = [await stage.user({ balance: 50_000 }), await stage.user()];
  const ask = (route: Parameters<typeof stage.call>[0], user = buyer, body?: object) =>
    stage.call(route, { params, token: user.token, body });
  const places = "POST /v1/events/{eventId}/queue/places";
  const admissions = "POST /v1/events/{eventId}/queue/admissions";
  const { place } = (await ask(places, buyer, {})).body;
  const { admission } = (await ask(admissions, buyer, { place })).body;
  expect(admission).toBeTruthy();

  const port = Number(new URL(bridge.url).port);
  await bridge.stop();
  const refused = [
    await ask(places, visitor, {}),
    await ask(admissions, buyer, { place }),
    await ask("GET /v1/events/{eventId}/queue"),
    await ask("DELETE /v1/events/{eventId}/queue/admissions", visitor),
  ];
  for (const { status, body, headers } of refused) {
    expect([status, body.code]).toEqual([503, "queue.unavailable"]);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
  }
  expect(await Queue.stats({ eventId, now: Date.now() })).toBeNull();

  const held = await stage.call("POST /v1/orders", {
    token: buyer.token,
    headers: { Admission: admission },
    body: { eventId, seats: ["A-1-1", "A-1-2"] },
  });
  expect(held.status).toBe(201);
  const order = { params: { orderId: held.body.orderId }, token: buyer.token };
  const paid = await stage.call("POST /v1/orders/{orderId}/payment", { ...order, body: { method: "points" } });
  expect(paid.status).toBe(202);
  await stage.settle();
  expect((await stage.call("GET /v1/orders/{orderId}", order)).body.status).toBe("confirmed");

  bridge = await start(port);
  expect((await ask("GET /v1/events/{eventId}/queue")).body.active).toBe(1);
  await stage.drain(); // the stream kept what could not be delivered meanwhile
  expect((await ask("GET /v1/events/{eventId}/queue")).body.active).toBe(0);
  expect((await ask(admissions, buyer, { place })).body.code).toBe("queue.place_spent");
});
