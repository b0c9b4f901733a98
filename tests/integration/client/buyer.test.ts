/** One buyer over HTTP, through the edge, the deployed handlers and real engines: each step alone, and all in one. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import { type Client, createClient } from "#client/client.ts";
import { codeOf } from "#client/problem.ts";
import { type Server, serve } from "#local/server.ts";
import { solve } from "#tests/adversary/scalper/solve.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
let server: Server;
let isOver = false;
let delivering: Promise<void>;

beforeAll(async () => {
  stage = await Harness.stage();
  server = await serve();
  delivering = deliver();
});
afterAll(async () => {
  isOver = true;
  await delivering;
  await server.stop();
});

/** Delivers messages while buyers wait for the result. */
const deliver = async () => {
  while (!isOver) {
    await stage.drain();
    await sleep(100);
  }
};

const queue = { enabled: true, admitPerSecond: 50, maxActive: 100, sessionSeconds: 60, claimSeconds: 10 };

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

let signedUp = 0;
const buyer = async (points = 0): Promise<Client> => {
  const api = createClient({ baseUrl: server.url });
  const account = {
    email: `buyer-${signedUp++}-${Date.now()}@onsale.test`,
    password: "a long password",
    name: "A Buyer",
  };
  await Buyer.signUp(api, account);
  await Buyer.signIn(api, account);
  if (points > 0) await api.call("POST /v1/wallet/charges", { body: { amount: points } });
  return api;
};

const refusal = (step: Promise<unknown>) => step.then(() => "nothing", codeOf);

test("joins the lobby, is drawn, enters, holds, pays, and gives the tickets back", async () => {
  const api = await buyer(50_000);
  const { eventId } = await stage.event({ queue, salesOpenAt: inSeconds(4) });
  const { place, number } = await Buyer.join(api, eventId);
  expect(number).toBeNull();
  expect(await refusal(Buyer.claim(api, eventId, place))).toBe("queue.not_yet");
  expect(await Buyer.wait(api, eventId, place, 500)).toBe(false);
  const admission = await Buyer.enter(api, eventId, place);

  const wanted = { eventId, seats: ["A-1-1", "A-1-2"] };
  expect(await refusal(Buyer.hold(api, wanted))).toBe("queue.admission_required");
  const held = await Buyer.hold(api, wanted, admission?.admission);
  expect(held).toMatchObject({ status: "held", total: 20_000 });
  const paid = await Buyer.follow(api, await Buyer.pay(api, held.orderId, { method: "points" }));
  expect(paid).toMatchObject({ status: "confirmed", payment: { status: "approved" } });
  expect(paid.tickets).toHaveLength(2);

  const cancelled = await Buyer.cancel(api, held.orderId);
  expect(await Buyer.follow(api, cancelled ?? paid)).toMatchObject({ status: "refunded" });
  expect(await api.call("GET /v1/wallet")).toMatchObject({ balance: 50_000 });
});

test("buys in one step, with a queue and without; a payment that is declined is on the order", async () => {
  const how = { method: "points" } as const;
  const [open, queued] = [await stage.event(), await stage.event({ queue })];
  const api = await buyer(20_000);
  for (const { eventId } of [open, queued])
    expect(await Buyer.buy(api, { eventId, pick: { quantity: 1 } }, how)).toMatchObject({ status: "confirmed" });
  expect(await Buyer.buy(api, { eventId: open.eventId, pick: { quantity: 1 } }, how)).toMatchObject({
    status: "held",
    payment: { status: "declined", reason: "wallet.insufficient" },
  });
});

test("does the proof of work if it can, leaves, and comes back with a new place", async () => {
  const { eventId } = await stage.event({ queue: { ...queue, challenge: "work", difficulty: 8 } });
  const api = await buyer();
  expect(await refusal(Buyer.join(api, eventId))).toBe("queue.challenge_required");
  const worker = { solve: async ({ token, difficulty }: Buyer.Challenge) => solve(token, difficulty) };
  const { place } = await Buyer.join(api, eventId, worker);
  expect(await Buyer.join(api, eventId, { place })).toMatchObject({ number: 1 });
  expect(await Buyer.enter(api, eventId, place)).toHaveProperty("admission");
  await Buyer.leave(api, eventId);
  expect(await refusal(Buyer.claim(api, eventId, place))).toBe("queue.place_spent");
  expect(await Buyer.join(api, eventId, worker)).toMatchObject({ number: 2 });
});

test("releases a hold, and stops waiting when the sale closes", async () => {
  const { eventId } = await stage.event();
  const api = await buyer();
  const { orderId } = await Buyer.hold(api, { eventId, pick: { quantity: 1 } });
  expect(await Buyer.cancel(api, orderId)).toBeUndefined();
  const closed = await stage.event({ queue, salesOpenAt: inSeconds(-60) });
  const { place } = await Buyer.join(api, closed.eventId);
  const { token } = await stage.user({ roles: ["admin"] });
  const params = { eventId: closed.eventId };
  await stage.call("PATCH /v1/admin/events/{eventId}", { params, token, body: { status: "closed" } });
  await sleep(6_000); // a change takes effect within five seconds, and the edge caches an answer for one
  expect(await Buyer.enter(api, closed.eventId, place)).toBeUndefined();
});

test("a hold repeated after a lost answer is one order", async () => {
  const { eventId } = await stage.event();
  const { session } = await buyer();
  let losses = 1;
  const api = createClient({
    baseUrl: server.url,
    session,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (init.method === "POST" && losses-- > 0) throw new TypeError("the answer is lost");
      return response;
    },
  });
  const held = await Buyer.hold(api, { eventId, pick: { quantity: 1 } });
  expect(losses).toBeLessThan(0);
  expect((await api.call("GET /v1/orders")).items).toMatchObject([{ orderId: held.orderId }]);
});
