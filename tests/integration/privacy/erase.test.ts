/** An account that is erased: closed at once, then gone, wherever it was stopped; orders and money still add up. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import * as Table from "#core/account/account.table.ts";
import * as Account from "#core/account/index.ts";
import * as Declines from "#core/declines/index.ts";
import { link } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { sqs } from "#core/lib/sqs.ts";
import * as Order from "#core/order/index.ts";
import * as Organisation from "#core/organisation/index.ts";
import * as Privacy from "#core/privacy/index.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { bank, deliver, intercept, killer } from "#tests/support/bank.ts";
import * as Codes from "#tests/support/codes.ts";
import { device } from "#tests/support/passkey.ts";
import { customer, mentions, type Person, person } from "#tests/support/personal.ts";
import { shop } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof bank>>;
let steps: ReturnType<typeof shop>;
let kill: ReturnType<typeof killer>;
beforeAll(async () => {
  at = await bank();
  kill = killer();
  steps = shop(at.stage);
});
afterAll(() => at.sandbox.stop());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  link("Settings").retainYears = 5;
  logger.setLogLevel("SILENT");
});

const leave = (one: Person, body: object = {}) => at.stage.call("DELETE /v1/me", { token: one.token, body });
/** The worker's message, by hand: its delay is not waited for. */
const work = ({ userId }: Person) => Codes.deliver(JSON.stringify({ kind: "erase", userId }));
/** After the last access token has expired. */
const later = (minutes = 32) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * 60_000 });
const said = ({ status, body }: { status: number; body?: { code?: string } }) => [status, body?.code];
const texts = ({ marker }: Person) => [marker];
const open = (userId: string) => Privacy.openRetained({ userId, by: "test", now: Date.now() });
const exists = async (Key: Table.Key) =>
  (await db().send(new GetCommand({ TableName: table("Accounts"), Key, ConsistentRead: true }))).Item !== undefined;
const audited = async () =>
  violations(audit(await read({ now: Date.now(), queues: false }))).filter(
    (line) => !/^no message|one mail/.test(line),
  );

test("nothing of a person is left anywhere outside the retained item, not in the log either; money and orders add up", async () => {
  let log = "";
  const written = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  logger.setLogLevel("DEBUG");
  for (const stream of written)
    stream.mockImplementation(((chunk: unknown) => {
      log += chunk;
      return true;
    }) as never);
  const sent = vi.spyOn(sqs(), "send");
  const one = await customer(at);
  const before = await mentions([one.userId], at, [one.lobby]);
  expect(new Set(before.map(({ where }) => where))).toEqual(new Set(["Orders", "Accounts", "Seats", "Redis"]));
  expect(said(await leave(one))).toEqual([409, "account.balance_left"]);
  expect((await leave(one, { forfeit: true })).status).toBe(202);
  later();
  expect(await work(one)).toBe(0); // it has the balance given up first
  await at.stage.settle();
  for (let n = 0; n < 3; n++) expect(await work(one)).toBe(0); // also twice
  for (const stream of written) stream.mockRestore();
  logger.setLogLevel("SILENT");
  const bodies = sent.mock.calls.map(([{ input }]) => String((input as { MessageBody?: string }).MessageBody ?? ""));

  expect(await mentions(texts(one), at, [one.lobby, one.eventId])).toEqual([]);
  const from = Declines.fromOf("198.51.100.7");
  const left = await mentions([one.userId], at, [one.lobby, one.eventId]);
  expect(JSON.stringify(left)).not.toContain(from);
  expect(log).toContain("erased");
  expect(log.toLowerCase()).not.toContain(one.marker);
  const rest = left.map(({ where, item }) => `${where} ${String(item.sk ?? item.key).split("#")[0]}`);
  const kept = /^(Orders (ORDER|BASKET|CHECKIN|UNDONE)|Seats .*|Accounts (WALLET|ENTRY|KEY|RETAINED|DECLINES))$/;
  expect(rest.filter((kind) => !kept.test(kind))).toEqual([]);
  expect(bodies).toContain(JSON.stringify({ kind: "erase", userId: one.userId }));
  const personal = bodies.filter((body) => body.includes(one.marker)).map((body) => JSON.parse(body).kind);
  expect([...new Set(personal)]).toEqual(["code"]); // gone from the queue within two hours
  expect(await open(one.userId)).toMatchObject({
    ...{ userId: one.userId, email: one.email, name: one.name, formerEmails: [`old.${one.marker}@onsale.test`] },
    mailTo: { [one.orderId]: `tickets.${one.marker}@onsale.test` },
  });
  expect(await audited()).toEqual([]);
  // the address is free again
  expect(
    (await Account.create({ email: one.email, password: "correct horse", name: "Another" }, Date.now())).userId,
  ).not.toBe(one.userId);
}, 120_000);

test("from the mark on nobody signs in, refreshes, proves or uses a checked route; a ticket's mail would still go out", async () => {
  const one = await person(at);
  const codeOf = async (purpose: string) => {
    const { body } = await at.stage.call("POST /v1/codes", { body: { email: one.email, purpose } });
    await at.stage.notify();
    const mail = (await Codes.mailsTo(one.email)).at(-1);
    return { codeId: body.codeId, code: Codes.codeIn(mail) };
  };
  const phone = device();
  const { token } = one;
  const { body: options } = await at.stage.call("POST /v1/passkeys/options", { token, body: {} });
  const added = await at.stage.call("POST /v1/passkeys", {
    token,
    body: { name: "P", credential: phone.create(options) },
  });
  expect(added.status).toBe(201);
  const [signin, reset] = [await codeOf("signin"), await codeOf("reset")];
  expect((await leave(one)).status).toBe(202);
  for (const key of ["GET /v1/me/export", "DELETE /v1/me", "POST /v1/wallet/payback"] as const)
    expect(said(await at.stage.call(key, { token: one.token }))).toEqual([401, "session.ended"]);
  const credentials = { email: one.email, password: one.password };
  expect(said(await at.stage.call("POST /v1/sessions", { body: credentials }))).toEqual([
    401,
    "session.invalid_credentials",
  ]);
  expect(said(await at.stage.call("POST /v1/sessions", { body: signin }))).toEqual([401, "code.invalid"]);
  const asked = (await at.stage.call("POST /v1/sessions/passkey/options")).body;
  const byPasskey = await at.stage.call("POST /v1/sessions/passkey", { body: { credential: phone.sign(asked) } });
  expect(said(byPasskey)).toEqual([401, "passkey.invalid"]);
  const body = { ...reset, password: "another horse" };
  expect(said(await at.stage.call("POST /v1/accounts/password", { body }))).toEqual([401, "code.invalid"]);
  const refreshed = await at.stage.call("POST /v1/sessions/refresh", { body: { refreshToken: one.refreshToken } });
  expect(said(refreshed)).toEqual([401, "session.invalid"]);
  expect(said(await at.stage.call("GET /v1/me", { token: one.token }))).toEqual([401, "request.unauthorized"]);
  expect((await Account.get(one.userId))?.email).toBe(one.email);
  // before the last access token has expired, the worker only waits
  expect(await work(one)).toBe(0);
  expect(await exists(Table.profileKey(one.userId))).toBe(true);
  expect(await exists({ pk: `PASSKEY#${one.marker}`, sk: "PASSKEY" })).toBe(false);
});

test("who bought nothing and paid nothing leaves nothing behind; and with a retention of no years nobody does", async () => {
  const one = await person(at);
  expect((await leave(one)).status).toBe(202);
  later();
  await work(one);
  expect(await mentions([one.marker, one.userId], at)).toEqual([]);
  vi.useRealTimers();
  link("Settings").retainYears = 0;
  const other = await person(at);
  await at.stage.call("POST /v1/wallet/charges", { token: other.token, body: { amount: 1_000 } });
  await leave(other, { forfeit: true });
  later();
  await work(other);
  await at.stage.settle();
  await work(other);
  expect(await mentions(texts(other), at)).toEqual([]);
  expect(await open(other.userId)).toBeUndefined();
});

test("it is refused while an order is held or a refund is under way, and for an organisation's owner", async () => {
  const { eventId } = await at.stage.event();
  const one = await person(at);
  const { orderId } = await steps.held(one, { eventId, seats: ["A-1-1"] });
  const refused = await leave(one);
  expect([...said(refused), refused.body.open]).toEqual([409, "account.orders_open", [orderId]]);
  await steps.pay(one, orderId, { method: "card", card: { token: "tok_approve" } });
  await at.stage.settle();
  expect((await steps.cancel(one, orderId)).status).toBe(202);
  expect(said(await leave(one))).toEqual([409, "account.orders_open"]);
  await at.stage.drain();
  expect((await steps.get(one, orderId)).status).toBe("refunded");
  const Item = Table.membershipItem(one.userId, { organisationId: "org_test", role: "owner" }, Date.now());
  await db().send(new PutCommand({ TableName: table("Accounts"), Item }));
  expect(said(await leave(one))).toEqual([409, "account.owns_organisation"]);
  expect(await exists(Table.profileKey(one.userId))).toBe(true);
  expect((await at.stage.call("GET /v1/me", { token: one.token })).status).toBe(200);
});

test("the worker takes a member out of their organisations", async () => {
  const one = await person(at);
  const { organisationId } = await Organisation.create({ name: "A house", by: "usr_owner", now: Date.now() });
  const membership = { organisationId, name: "A house", userId: one.userId, role: "manager" } as const;
  expect(await Organisation.adopt({ ...membership, now: Date.now() })).toBe(true);
  expect((await leave(one)).status).toBe(202);
  later();
  expect(await work(one)).toBe(0);
  const { items } = await Organisation.members(organisationId, Date.now());
  expect(items.map(({ userId }) => userId)).toEqual(["usr_owner"]);
  expect(await exists(Table.profileKey(one.userId))).toBe(false);
  expect(await mentions(texts(one), at)).toEqual([]);
});

test("a balance is named, and can be paid back first; an erasure waits for nothing more then", async () => {
  const one = await person(at);
  const body = { amount: 3_000, card: { token: "tok_approve" } };
  expect((await at.stage.call("POST /v1/wallet/charges", { token: one.token, body })).status).toBe(201);
  const refused = await leave(one);
  expect([...said(refused), refused.body.balance]).toEqual([409, "account.balance_left", 3_000]);
  expect((await at.stage.call("POST /v1/wallet/payback", { token: one.token })).body).toEqual({
    amount: 3_000,
    balance: 0,
  });
  expect(said(await leave(one))).toEqual([409, "account.orders_open"]); // the refund is not made yet
  const { chargeId } =
    (await mentions([one.userId], at)).map(({ item }) => item).find(({ sk }) => sk?.startsWith("KEY#")) ?? {};
  await deliver(JSON.stringify({ kind: "charge", userId: one.userId, chargeId }));
  expect((await leave(one)).status).toBe(202);
  later();
  await work(one);
  expect(await mentions(texts(one), at)).toEqual([]);
  expect(await audited()).toEqual([]);
});

test("a purchase in flight finishes, its tickets are mailed, and only then the account goes", async () => {
  const { eventId } = await at.stage.event();
  const one = await person(at);
  const { orderId } = await steps.held(one, { eventId, seats: ["A-2-1"] });
  // the mark is written while the payment's message waits, as in a race with the check
  expect((await steps.pay(one, orderId, { method: "card", card: { token: "tok_approve" } })).status).toBe(202);
  const payments = await intercept(at.stage);
  await Account.Erasing.begin({ userId: one.userId, forfeit: false, now: Date.now() });
  await work(one);
  await deliver(...payments);
  later();
  await work(one);
  expect(await exists(Table.profileKey(one.userId))).toBe(true); // the tickets are not mailed yet
  await at.stage.drain();
  const mails = await Codes.mailsTo(one.email);
  expect(mails.filter(({ body }) => body.text.includes(orderId))).toHaveLength(1);
  await work(one);
  expect(await mentions(texts(one), at)).toEqual([]);
  expect((await open(one.userId))?.email).toBe(one.email);
  expect(await audited()).toEqual([]);
});

test("killed after any step, the next run ends the same, with what is retained", async () => {
  const { eventId } = await at.stage.event();
  let seat = 0;
  const run = async (nth: number, when: "before" | "after") => {
    vi.useRealTimers();
    const one = await person(at);
    const { orderId } = await steps.held(one, {
      eventId,
      seats: [`A-${3 + Math.floor(seat / 20)}-${1 + (seat++ % 20)}`],
    });
    await steps.pay(one, orderId, { method: "card", card: { token: "tok_approve" } });
    await at.stage.drain();
    const email = `tickets.${one.marker}@onsale.test`;
    await Order.changeMailAddress({ userId: one.userId, orderId, email, by: "usr_1", now: Date.now() });
    await Account.Erasing.begin({ userId: one.userId, forfeit: false, now: Date.now() });
    later();
    const killed = await kill.run(nth, when, () => work(one));
    expect(await work(one)).toBe(0);
    expect(await mentions(texts(one), at), `killed ${when} call ${nth}`).toEqual([]);
    expect(await open(one.userId)).toMatchObject({ email: one.email, name: one.name, mailTo: { [orderId]: email } });
    return killed;
  };
  await run(1, "before");
  let nth = 1;
  while (await run(nth, "after")) nth++;
  expect(nth).toBeGreaterThan(20);
}, 600_000);

test("the request that was stopped at any step closes the account and is erased, or leaves it as it was", async () => {
  for (let nth = 1, killed = true; killed; nth++) {
    vi.useRealTimers();
    const one = await person(at);
    const sent = vi.spyOn(sqs(), "send");
    killed = await kill.run(nth, "after", () => leave(one));
    const isMarked = (await Account.Erasing.profile(one.userId))?.erasing !== undefined;
    if (isMarked) expect(JSON.stringify(sent.mock.calls.map(([{ input }]) => input))).toContain(one.userId);
    sent.mockRestore();
    later();
    await work(one);
    const gone = (await mentions(texts(one), at)).length === 0;
    if (!killed) expect(gone).toBe(true);
    if (!gone) expect((await Account.Erasing.profile(one.userId))?.erasing).toBeUndefined();
    expect(nth).toBeLessThan(30);
  }
}, 240_000);

test("an address that was left is erased too, with the codes to both", async () => {
  const one = await person(at);
  const email = `new.${one.marker}@onsale.test`;
  const { body } = await at.stage.call("POST /v1/me/email", { token: one.token, body: { email } });
  await at.stage.notify();
  const code = Codes.codeIn((await Codes.mailsTo(email)).at(-1));
  const proof = { codeId: body.codeId, code };
  const moved = await at.stage.call("POST /v1/accounts/verification", { token: one.token, body: proof });
  expect(moved.status).toBe(204);
  expect((await mentions(texts(one), at)).filter(({ item }) => item.sk === "EMAIL")).toHaveLength(3);
  await at.stage.notify();
  expect((await leave(one)).status).toBe(202);
  later();
  await work(one);
  expect(await mentions(texts(one), at)).toEqual([]);
});

test("a message that an operator has written by hand, with spaces, erases too; one that names no account comes again", async () => {
  const one = await person(at);
  await leave(one);
  later();
  expect(await Codes.deliver(JSON.stringify({ userId: one.userId, kind: "erase" }, undefined, 2))).toBe(0);
  expect(await exists(Table.profileKey(one.userId))).toBe(false);
  expect(await Codes.deliver("erase", "null", '{"kind":"erase"}')).toBe(3);
});

test("an address that another account has by now is not touched", async () => {
  const one = await person(at);
  const old = Table.emailKey(`old.${one.marker}@onsale.test`);
  await db().send(
    new PutCommand({ TableName: table("Accounts"), Item: { ...old, userId: "usr_other", password: "p" } }),
  );
  await leave(one);
  later();
  await work(one);
  expect(await exists(old)).toBe(true);
  expect(await exists(Table.emailKey(one.email))).toBe(false);
});

test("what is retained is encrypted, is opened by any of the keys, and is deleted after its end", async () => {
  const one = await person(at);
  await at.stage.call("POST /v1/wallet/charges", { token: one.token, body: { amount: 1_000 } });
  await leave(one, { forfeit: true });
  later();
  await work(one);
  await at.stage.settle();
  await work(one);
  const key = link("PrivacyKey");
  const before = key.value;
  key.value = `${"n".repeat(64)},${before}`;
  expect((await open(one.userId))?.name).toBe(one.name);
  key.value = "n".repeat(64);
  await expect(open(one.userId)).rejects.toThrow("no key");
  key.value = before;
  later(6 * 365.25 * 24 * 60);
  expect(await open(one.userId)).toBeUndefined();
  vi.useRealTimers();
  expect(await open(one.userId)).toBeUndefined();
});
