/** Any request leaves one JSON object per line in the log, without a token, e-mail address or password. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { type Route, type RouteKey, routes } from "#core/contract/routes.ts";
import { db } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { bank } from "#tests/support/bank.ts";
import type { Stage, User } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

const PASSWORD = "hunter2-hunter2";
const CARD = "tok_approve";

let at: Awaited<ReturnType<typeof bank>>;
let stage: Stage;
let buyer: User;
let admin: User;
beforeAll(async () => {
  at = await bank();
  stage = at.stage;
  [buyer, admin] = await Promise.all([stage.user({ balance: 1_000_000 }), stage.user({ roles: ["admin"] })]);
  return () => at.sandbox.stop();
});

afterEach(() => {
  vi.restoreAllMocks();
  logger.setLogLevel("SILENT");
});

/** The log lines that the functions write during the work. */
const lines = async (work: () => Promise<unknown>): Promise<string[]> => {
  let text = "";
  const take = (chunk: unknown) => {
    text += chunk;
    return true;
  };
  logger.setLogLevel("DEBUG");
  const written = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  for (const stream of written) stream.mockImplementation(take as never);
  await work();
  for (const stream of written) stream.mockRestore();
  logger.setLogLevel("SILENT");
  return text.split("\n").filter((line) => line !== "");
};

const EVIL = [
  '\n{"level":"INFO","message":"forged"}\n',
  "\r\nset-cookie: forged=1\r\n\r\nforged",
  "\u001b[2J\u001b[31mforged\u001b[0m",
  '"}\n{"message":"forged"}',
  "\u2028forged\u2029",
  "\u0000forged\u0007",
  "%0d%0aforged",
] as const;

const all = Object.entries(routes) as [RouteKey, Route][];

const bodies: Partial<Record<RouteKey, (evil: string) => object>> = {
  "POST /v1/accounts": (evil) => ({ email: `secret${evil}@onsale.test`, password: PASSWORD, name: evil }),
  "POST /v1/sessions": (evil) => ({ email: `secret${evil}@onsale.test`, password: PASSWORD }),
  "POST /v1/sessions/refresh": (evil) => ({ refreshToken: `secret${evil}` }),
  "POST /v1/wallet/charges": (evil) => ({ amount: 1, card: { token: `secret${evil}` } }),
};

/** A request with the text in every string field. */
const evilCall = (key: RouteKey, route: Route, evil: string) => {
  const params = { eventId: evil, orderId: evil, sectionId: evil, ticketId: evil, chargeId: evil, provider: evil };
  const body = bodies[key]?.(evil) ?? { title: evil, [evil]: evil, place: evil, code: evil };
  const headers = {
    "user-agent": evil,
    "idempotency-key": evil,
    admission: evil,
    "x-amzn-trace-id": evil,
    "x-forwarded-for": evil,
    "onsale-signature": evil,
  };
  const token = route.auth === "admin" ? admin.token : buyer.token;
  return stage.call(key, { params, query: { q: evil, cursor: evil, eventId: evil }, body, headers, token });
};

const expectClean = (written: string[], ...secrets: string[]) => {
  for (const line of written) {
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), message: expect.any(String) });
    for (const secret of secrets) expect(line).not.toContain(secret);
    expect(line).not.toMatch(/[\w.+-]+@[\w-]+\.\w+/);
    expect(line).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  }
};

test("text in a request cannot forge a log line, and no secret is logged, on any route", async () => {
  for (const evil of EVIL) {
    const written = await lines(async () => {
      for (const [key, route] of all) await evilCall(key, route, evil);
    });
    expect(written.length).toBeGreaterThanOrEqual(all.length);
    expectClean(written, "forged", "secret", PASSWORD, "\u001b", buyer.token, admin.token);
  }
});

/** An error of DynamoDB, which contains the request and the item. */
const failing = (error: (input: unknown) => Error) => {
  const name = "failing";
  const add = () =>
    db().middlewareStack.add(
      () => async (args) => {
        throw error(args.input);
      },
      { step: "initialize", priority: "high", name, override: true },
    );
  return { add, remove: () => db().middlewareStack.remove(name) };
};

test.each<[string, (input: unknown) => Error]>([
  [
    "a fault that quotes its input",
    (input) => new Error(`One or more parameter values are not valid: ${JSON.stringify(input)}`),
  ],
  [
    "a refusal with the item that was there",
    () =>
      Object.assign(new Error("The conditional request failed"), {
        name: "ConditionalCheckFailedException",
        Item: { name: { S: "Private Person" }, email: { S: buyer.email }, password: { S: "$argon2id$v=19$secret" } },
        CancellationReasons: [{ Code: "ConditionalCheckFailed", Item: { email: { S: buyer.email } } }],
      }),
  ],
  ["an error whose cause quotes it", (input) => new Error("lost", { cause: new Error(JSON.stringify(input)) })],
])("%s is logged without it, and is in no answer", async (_, error) => {
  const fault = failing(error);
  const replies: { status: number; raw: Buffer }[] = [];
  const credentials = { email: buyer.email, password: PASSWORD };
  const written = await lines(async () => {
    fault.add();
    replies.push(
      await stage.call("POST /v1/sessions", { body: credentials }),
      await stage.call("POST /v1/accounts", { body: { ...credentials, name: "A Buyer" } }),
      await stage.call("GET /v1/admin/orders", {
        token: admin.token,
        query: { eventId: "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", q: buyer.email },
      }),
      await stage.call("GET /v1/me", { token: buyer.token }),
    );
    fault.remove();
  });
  expect(replies.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
  for (const { raw } of replies) expect(raw.toString()).not.toMatch(/@onsale|argon2|parameter values|conditional/i);
  expect(written.filter((line) => line.includes("unexpected"))).toHaveLength(4);
  expectClean(written, buyer.email, PASSWORD, "argon2", "Private Person");
});

const long = `${"x".repeat(300)}@onsale.test`;
test.each<[string, string]>([
  ["a long local part", long],
  ["a local part beyond any limit", `${"y".repeat(100_000)}@onsale.test`],
  ["an apostrophe", "o'private@onsale.test"],
  ["every odd character that RFC 5322 allows, but a slash", "private!#$%&'*+-=?^_`|~@onsale.test"],
  ["Hangul", "비밀private@온세일.한국"],
  ["a URL's encoding", "private%40onsale.test"],
  ["two signs", "private@private@onsale.test"],
])("no e-mail address with %s is in the log, in any shape", async (_, email) => {
  const written = await lines(async () => {
    logger.info(`mail to ${email}`, { email, nested: { list: [email, { to: `A Name <${email}>` }] }, [email]: 1 });
    logger.error("failed", { error: new Error(`for ${email}`, { cause: new Error(email) }) });
    logger.info("json", { sent: JSON.stringify({ email }), url: `https://onsale.test/?email=${email}&x=1` });
  });
  expect(written).toHaveLength(3);
  const secret = email.split(/@|%40/)[0] ?? "";
  for (const line of written) {
    expect(line).not.toContain(secret.slice(0, 20));
    expect(line).not.toMatch(/private|x{5}|y{5}|비밀/);
    expect(JSON.parse(line)).toMatchObject({ message: expect.any(String) });
  }
});

test("text that is no e-mail address stays readable: a stack, a path, a time", async () => {
  const [line = ""] = await lines(async () => {
    logger.info("at", { path: "/work/node_modules/@aws-sdk/client/index.js:1:2", at: "2026-11-27T09:00:00.000Z" });
  });
  expect(line).toContain("/work/node_modules/@aws-sdk/client/index.js:1:2");
  expect(line).toContain("2026-11-27T09:00:00.000Z");
});

test("a sale from hold to mail writes no address, token or card into the log", async () => {
  const { held, pay, get } = shop(stage);
  const written = await lines(async () => {
    const { eventId } = await stage.event();
    const { orderId } = await held(buyer, { eventId, seats: ["A-1-1"] });
    await pay(buyer, orderId, { method: "card", card: { token: CARD } }, randomUUID());
    await stage.drain();
    const order = await get(buyer, orderId);
    expect(order.status).toBe("confirmed");
    const [ticket] = order.tickets as { code: string }[];
    await stage.call("POST /v1/admin/check-ins", { token: admin.token, body: { eventId, code: ticket?.code } });
  });
  expect(written.length).toBeGreaterThan(4);
  expectClean(written, CARD, buyer.email, inject("engines").redis.token);
});
