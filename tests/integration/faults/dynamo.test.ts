/** Writes that took effect without an answer: repeated below the SDK, or by the buyer. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { faultsOfFile } from "#tests/support/faults/file.ts";
import { block } from "#tests/support/harness.ts";
import { ofUser } from "#tests/support/shop.ts";

const { faults, stage, steps } = await faultsOfFile();

const password = "correct horse battery";

const signedUp = async () => {
  const email = `${randomUUID()}@onsale.test`;
  const made = await stage.call("POST /v1/accounts", { body: { email, password, name: "A Buyer" } });
  return { email, status: made.status };
};

test("a repeated write takes effect once: sign-up, sign-in, refresh and sign-out", { timeout: 60_000 }, async () => {
  faults.on("dynamo.repeated");
  const { email, status } = await signedUp();
  expect(status).toBe(201);
  const session = await stage.call("POST /v1/sessions", { body: { email, password } });
  expect(session.status).toBe(201);
  const { accessToken, refreshToken } = session.body;
  const next = await stage.call("POST /v1/sessions/refresh", { body: { refreshToken } });
  expect(next.status).toBe(201);
  const again = await stage.call("POST /v1/sessions/refresh", { body: { refreshToken: next.body.refreshToken } });
  expect(again.status).toBe(201);
  expect((await stage.call("DELETE /v1/sessions", { token: accessToken })).status).toBe(204);
  expect(faults.struck()["dynamo.repeated"]).toBeGreaterThanOrEqual(5);
});

test("a spent refresh token revokes the session, even if writes are repeated", { timeout: 60_000 }, async () => {
  const { email } = await signedUp();
  const { refreshToken } = (await stage.call("POST /v1/sessions", { body: { email, password } })).body;
  faults.on("dynamo.repeated");
  const refresh = (token: string) => stage.call("POST /v1/sessions/refresh", { body: { refreshToken: token } });
  const next = await refresh(refreshToken);
  const newest = await refresh(next.body.refreshToken);
  expect(newest.status).toBe(201);
  const stolen = await refresh(refreshToken);
  expect([stolen.status, stolen.body.code]).toEqual([401, "session.reused"]);
  expect((await refresh(newest.body.refreshToken)).status).toBe(401);
});

test("a repeated write takes effect once: a sale from the event to the entrance", async () => {
  faults.on("dynamo.repeated");
  const { eventId } = await stage.event();
  const user = await stage.user({ balance: 0 });
  const charged = await stage.call("POST /v1/wallet/charges", { token: user.token, body: { amount: 50_000 } });
  expect([charged.status, charged.body.balance]).toEqual([201, 50_000]);
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
  await steps.pay(user, orderId);
  await stage.drain();
  const order = await steps.get(user, orderId);
  expect(order.status).toBe("confirmed");
  expect(await steps.wallet(user)).toBe(30_000);
  const admin = await stage.user({ roles: ["admin"] });
  const [ticket] = order.tickets as { code: string }[];
  const body = { eventId, code: ticket?.code };
  const checked = await stage.call("POST /v1/admin/check-ins", { token: admin.token, body });
  expect(checked.status).toBe(201);
  const changed = await stage.call("PATCH /v1/admin/events/{eventId}", {
    token: admin.token,
    params: { eventId },
    body: { title: "New", salesOpenAt: new Date(Date.now() - 30_000).toISOString(), status: "paused" },
  });
  expect(changed.status).toBe(200);
});

test("a hold whose answer was lost gives the same order when it is repeated", async () => {
  const { eventId } = await stage.event();
  const user = await stage.user({ balance: 20_000 });
  const key = { "idempotency-key": randomUUID() };
  faults.on("dynamo.late", { nth: 1, in: ["orders"] });
  const lost = await steps.hold(user, { eventId, seats: ["A-1-1"] }, key);
  expect([lost.status, lost.body.code]).toEqual([503, "unavailable"]);
  const again = await steps.hold(user, { eventId, seats: ["A-1-1"] }, key);
  expect([again.status, again.body.status]).toEqual([201, "held"]);
  expect((await ofUser(user)).filter(({ type }) => type === "order")).toHaveLength(1);
});

test("a throttled hold is refused with 503 and Retry-After, and leaves nothing behind", async () => {
  const { eventId } = await stage.event();
  const user = await stage.user();
  faults.on("dynamo.throttled", { in: ["orders"] });
  const refused = await steps.hold(user, { eventId, seats: ["A-1-1"] });
  expect([refused.status, refused.body.code]).toEqual([503, "unavailable"]);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  faults.off();
  expect(await ofUser(user)).toEqual([]);
  await steps.held(user, { eventId, seats: ["A-1-1"] });
});

test("a write to an item that a transaction is using is repeated", async () => {
  const { email } = await signedUp();
  faults.on("dynamo.contended", { rate: 0.5 });
  for (let n = 0; n < 5; n++) {
    const wrong = await stage.call("POST /v1/sessions", { body: { email, password: "not the password" } });
    expect(wrong.body.code).toBe("session.invalid_credentials");
    const session = await stage.call("POST /v1/sessions", { body: { email, password } });
    expect(session.status).toBe(201);
    const { refreshToken } = session.body;
    const refresh = () => stage.call("POST /v1/sessions/refresh", { body: { refreshToken } });
    const next = await refresh();
    expect(next.status).toBe(201);
    expect((await refresh()).body.refreshToken).toBe(next.body.refreshToken);
  }
  const { eventId } = await stage.event();
  const admin = await stage.user({ roles: ["admin"] });
  const options = { token: admin.token, params: { eventId }, body: { status: "paused" } };
  expect((await stage.call("PATCH /v1/admin/events/{eventId}", options)).status).toBe(200);
  expect(faults.struck()["dynamo.contended"]).toBeGreaterThan(5);
});

test("a stale read offers a seat that is taken, and the write finds another", async () => {
  const { eventId } = await stage.event({ plan: block(1, 6) });
  const pick = { eventId, pick: { quantity: 1 } };
  faults.on("dynamo.stale", { ms: 60_000, in: ["orders"] });
  const sold = new Set<string>();
  for (let n = 0; n < 5; n++)
    for (const { seatId } of (await steps.held(await stage.user(), pick)).seats) {
      expect(sold).not.toContain(seatId);
      sold.add(seatId);
    }
  expect(faults.struck()["dynamo.stale"]).toBeGreaterThanOrEqual(4);
});

test("a payment whose message was accepted without an answer is paid once, repeated or not", async () => {
  const { eventId } = await stage.event();
  const user = await stage.user({ balance: 20_000 });
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  faults.on("sqs.late", { nth: 1 });
  const key = randomUUID();
  const lost = await steps.pay(user, orderId, { method: "points" }, key);
  expect([lost.status, lost.body.code]).toEqual([503, "unavailable"]);
  expect((await steps.pay(user, orderId, { method: "points" }, key)).status).toBe(202);
  await stage.settle();
  expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
  expect(await steps.wallet(user)).toBe(10_000);
});

test("a payment whose message was not accepted is refused with 503, and nothing is debited", async () => {
  const { eventId } = await stage.event();
  const user = await stage.user({ balance: 20_000 });
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  faults.on("sqs.refused", { nth: 1 });
  expect((await steps.pay(user, orderId)).status).toBe(503);
  expect(await stage.settle()).toBe(0);
  expect([(await steps.get(user, orderId)).status, await steps.wallet(user)]).toEqual(["held", 20_000]);
});
