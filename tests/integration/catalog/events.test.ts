/** Events through the API: created, read, changed. */

import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { QueryCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { db, table } from "#core/lib/dynamo.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
let admin: Harness.User;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const DAY = 86_400_000;
const at = (ms: number) => new Date(ms).toISOString();
const offer = (more: Record<string, unknown> = {}) => ({
  kind: "concert",
  title: "A concert",
  venue: "A hall",
  startsAt: at(Date.now() + 30 * DAY),
  salesOpenAt: at(Date.now() - 60_000),
  prices: { Standard: 10_000 },
  plan: Harness.block(2, 3),
  ...more,
});
const make = (body: unknown, headers = {}) =>
  stage.call("POST /v1/admin/events", { token: admin.token, body, headers });
const read = (eventId: string) => stage.call("GET /v1/events/{eventId}", { params: { eventId } });
const patch = (eventId: string, body: unknown) =>
  stage.call("PATCH /v1/admin/events/{eventId}", { token: admin.token, params: { eventId }, body });

test("an event is read as it was made, with defaults for what the organiser left out", async () => {
  const body = offer();
  const made = await make(body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { status, body: event, headers } = await read(made.body.eventId);
  expect(status).toBe(200);
  expect(headers["cache-control"]).toBe("public, max-age=2");
  expect(event).toEqual({
    eventId: expect.stringMatching(/^evt_/),
    kind: "concert",
    title: "A concert",
    venue: "A hall",
    startsAt: body.startsAt,
    salesOpenAt: body.salesOpenAt,
    salesCloseAt: body.startsAt,
    cancelUntil: at(Date.parse(body.startsAt) - DAY),
    status: "onsale",
    currency: "KRW",
    prices: { Standard: 10_000 },
    maxSeatsPerOrder: 4,
    maxSeatsPerUser: 8,
    holdSeconds: 300,
    queue: { enabled: true, admitPerSecond: 50, maxActive: 1_000, sessionSeconds: 600, claimSeconds: 60 },
    draw: { commitment: expect.stringMatching(/^[0-9a-f]{64}$/) },
    sections: [{ sectionId: "A", name: "A", kind: "seated", capacity: 6 }],
  });
});

test("no answer contains the draw's seed, and its hash is the commitment", async () => {
  const made = await make(offer());
  const { Items = [] } = await db().send(new ScanCommand({ TableName: table("Catalog"), ConsistentRead: true }));
  const secret = Items.find(({ pk }) => pk === `SEED#${made.body.eventId}`)?.seed;
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(createHash("sha256").update(Buffer.from(secret, "hex")).digest("hex")).toBe(made.body.draw.commitment);
  const answers = [made, await read(made.body.eventId), await stage.call("GET /v1/events")];
  for (const { raw } of answers) expect(String(raw)).not.toContain(secret);
});

test("a plan is served as it was sent, gzip-encoded and cacheable for ever, and 304 by its tag", async () => {
  const plan = {
    ...Harness.block(3, 4),
    uuid: "5a1d",
    "한글 키": [null, { deep: [1.5, "é\u2028"] }],
    zones: Harness.block(3, 4).zones.map((zone) => ({
      ...zone,
      uuid: "77",
      rows: zone.rows.map((row) => ({
        ...row,
        row_number_position: "both",
        seats: row.seats.map((seat) => ({ ...seat, start_at: 1, radius: 9.5 })),
      })),
      areas: [
        { shape: "star", color: "#fff", position: { x: 1, y: 2 }, points: 5, text: { text: "Stage", font: "serif" } },
      ],
    })),
  };
  const { body: event } = await make(offer({ plan }));
  const params = { eventId: event.eventId };
  const served = await stage.call("GET /v1/events/{eventId}/plan", { params });
  expect(served.status).toBe(200);
  expect(served.headers).toMatchObject({
    "content-type": "application/json",
    "content-encoding": "gzip",
    "cache-control": "public, max-age=31536000, immutable",
  });
  expect(JSON.parse(gunzipSync(served.raw as Buffer).toString())).toEqual(plan);
  const etag = served.headers.etag ?? "";
  const again = await stage.call("GET /v1/events/{eventId}/plan", {
    params,
    headers: { "if-none-match": `W/${etag}` },
  });
  expect(again).toMatchObject({ status: 304, headers: { etag } });
  expect(again.raw).toHaveLength(0);
});

test("a plan of a hundred thousand seats, sent compressed, is stored in several chunks and read back whole", async () => {
  const plan = Harness.block(200, 500);
  // incompressible, so that there are several chunks
  for (const zone of plan.zones)
    for (const row of zone.rows)
      for (const seat of row.seats)
        Object.assign(seat, { uuid: createHash("sha256").update(seat.seat_guid).digest("base64url").slice(0, 16) });
  const body = gzipSync(JSON.stringify(offer({ plan })));
  const made = await make(body, { "content-encoding": "gzip" });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(made.body.sections).toEqual([{ sectionId: "A", name: "A", kind: "seated", capacity: 100_000 }]);
  const served = await stage.call("GET /v1/events/{eventId}/plan", { params: { eventId: made.body.eventId } });
  expect(JSON.parse(gunzipSync(served.raw as Buffer).toString())).toEqual(plan);
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Catalog"),
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :plan)",
      ExpressionAttributeValues: { ":pk": `EVENT#${made.body.eventId}`, ":plan": "PLAN#" },
      ConsistentRead: true,
    }),
  );
  expect(Items.length).toBeGreaterThan(1);
  for (const { bytes } of Items) expect(bytes.length).toBeLessThanOrEqual(350 * 1024);
});

test("the plan of an event without one is not found", async () => {
  const general = { sectionId: "floor", name: "Floor", capacity: 50, category: "Standard" };
  const { body: event } = await make(offer({ plan: undefined, generalAdmission: [general] }));
  expect(event.sections).toEqual([{ sectionId: "floor", name: "Floor", kind: "general", capacity: 50 }]);
  const served = await stage.call("GET /v1/events/{eventId}/plan", { params: { eventId: event.eventId } });
  expect(served).toMatchObject({ status: 404, body: { code: "plan.not_found" } });
});

const nobody = { eventId: "evt_01JD0000000000000000000000", sectionId: "A" };
test.each([
  "GET /v1/events/{eventId}",
  "GET /v1/events/{eventId}/plan",
  "GET /v1/events/{eventId}/availability",
  "GET /v1/events/{eventId}/sections/{sectionId}/seats",
] as const)("an unknown event is not found: %s", async (route) => {
  for (const eventId of [nobody.eventId, "evt_", "META", "evt_\u0000", "../x", "가"]) {
    const reply = await stage.call(route, { params: { ...nobody, eventId } });
    expect(reply, eventId).toMatchObject({ status: 404, body: { code: "event.not_found" } });
    expect(reply.headers["content-type"]).toBe("application/problem+json");
  }
});

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const json = JSON.stringify(offer());
test.each<[string, unknown, Record<string, string>, number, string, string | undefined]>([
  ["malformed JSON", "{", {}, 400, "request.malformed", undefined],
  ["bytes that are no text", Buffer.from([0xff, 0xfe]), {}, 400, "request.malformed", undefined],
  [
    "a body that is sent as gzip and is not gzip",
    "{}",
    { "content-encoding": "gzip" },
    400,
    "request.malformed",
    undefined,
  ],
  ["more than 5 MB", " ".repeat(5 * 1024 * 1024 + 1), {}, 413, "request.too_large", undefined],
  [
    "a gzip bomb",
    gzipSync(Buffer.alloc(70 * 1024 * 1024, 32)),
    { "content-encoding": "gzip" },
    413,
    "request.too_large",
    undefined,
  ],
  ["a list", "[]", {}, 422, "request.invalid", ""],
  ["a number", "17", {}, 422, "request.invalid", ""],
  ["an unknown field", offer({ colour: "red" }), {}, 422, "request.invalid", "colour"],
  [
    "an unknown field of the queue",
    offer({ queue: { enabled: true, speed: 5 } }),
    {},
    422,
    "request.invalid",
    "queue.speed",
  ],
  ["an unknown kind", offer({ kind: "circus" }), {}, 422, "request.invalid", "kind"],
  ["no title", offer({ title: undefined }), {}, 422, "request.invalid", "title"],
  ["a blank title", offer({ title: " \u3000" }), {}, 422, "request.invalid", "title"],
  ["a control character", offer({ title: "A\u0007" }), {}, 422, "request.invalid", "title"],
  ["half a character", json.replace("A concert", "A \\ud800"), {}, 422, "request.invalid", "title"],
  ["a title of 201 characters", offer({ title: "x".repeat(201) }), {}, 422, "request.invalid", "title"],
  ["an invalid time", offer({ startsAt: "tomorrow" }), {}, 422, "request.invalid", "startsAt"],
  ["an invalid date", offer({ startsAt: "2031-02-30T00:00:00Z" }), {}, 422, "request.invalid", "startsAt"],
  ["a negative price", offer({ prices: { Standard: -1 } }), {}, 422, "request.invalid", "prices.Standard"],
  ["a fraction of a won", offer({ prices: { Standard: 0.5 } }), {}, 422, "request.invalid", "prices.Standard"],
  ["a huge price", json.replace("10000", "1e308"), {}, 422, "request.invalid", "prices.Standard"],
  ["an infinite price", json.replace("10000", "1e999"), {}, 422, "request.invalid", "prices.Standard"],
  ["orders of 21 seats", offer({ maxSeatsPerOrder: 21 }), {}, 422, "request.invalid", "maxSeatsPerOrder"],
  ["orders of no seat", offer({ maxSeatsPerOrder: 0 }), {}, 422, "request.invalid", "maxSeatsPerOrder"],
  ["no time to pay", offer({ holdSeconds: 0 }), {}, 422, "request.invalid", "holdSeconds"],
  ["nobody admitted", offer({ queue: { admitPerSecond: 0 } }), {}, 422, "request.invalid", "queue.admitPerSecond"],
  ["an invalid currency", offer({ currency: "won" }), {}, 422, "request.invalid", "currency"],
  [
    "a sale that closes before it opens",
    offer({ salesCloseAt: at(Date.now() - DAY) }),
    {},
    422,
    "request.invalid",
    "salesOpenAt",
  ],
  [
    "a sale that closes after the start",
    offer({ salesCloseAt: at(Date.now() + 31 * DAY) }),
    {},
    422,
    "request.invalid",
    "salesCloseAt",
  ],
  [
    "cancelling after the start",
    offer({ cancelUntil: at(Date.now() + 31 * DAY) }),
    {},
    422,
    "request.invalid",
    "cancelUntil",
  ],
  [
    "a start too long ago",
    offer({ startsAt: "1900-01-01T00:00:00Z", salesOpenAt: "1899-01-01T00:00:00Z" }),
    {},
    422,
    "request.invalid",
    "startsAt",
  ],
  ["neither plan nor general admission", offer({ plan: undefined }), {}, 422, "request.invalid", "plan"],
  ["an invalid plan", offer({ plan: [] }), {}, 422, "request.invalid", "plan"],
  [
    "a plan with an unknown category",
    offer({ plan: Harness.block(1, 1, "A", "Gold"), prices: {} }),
    {},
    422,
    "request.invalid",
    "plan.categories.0.name",
  ],
  [
    "a plan nested too deeply",
    json.replace('"name":"A block"', `"name":"A block","x":${nested(100_000)}`),
    {},
    422,
    "request.invalid",
    "",
  ],
  [
    "a section id that a key cannot contain",
    offer({ plan: undefined, generalAdmission: [{ sectionId: "a#b", name: "A", capacity: 1, category: "Standard" }] }),
    {},
    422,
    "request.invalid",
    "generalAdmission.0.sectionId",
  ],
  [
    "a capacity below one",
    offer({ plan: undefined, generalAdmission: [{ sectionId: "a", name: "A", capacity: -5, category: "Standard" }] }),
    {},
    422,
    "request.invalid",
    "generalAdmission.0.capacity",
  ],
  ["a flight without its route", offer({ kind: "flight" }), {}, 422, "request.invalid", "flight"],
  [
    "a concert with a route",
    offer({ flight: { origin: "ICN", destination: "NRT", departsAt: at(0), arrivesAt: at(1) } }),
    {},
    422,
    "request.invalid",
    "flight",
  ],
  [
    "a flight that lands before it starts",
    offer({ kind: "flight", flight: { origin: "ICN", destination: "NRT", departsAt: at(DAY), arrivesAt: at(0) } }),
    {},
    422,
    "request.invalid",
    "flight.arrivesAt",
  ],
  [
    "a flight to its origin",
    offer({ kind: "flight", flight: { origin: "ICN", destination: "ICN", departsAt: at(0), arrivesAt: at(DAY) } }),
    {},
    422,
    "request.invalid",
    "flight.destination",
  ],
  [
    "an invalid airport code",
    offer({ kind: "flight", flight: { origin: "icn", destination: "NRT", departsAt: at(0), arrivesAt: at(DAY) } }),
    {},
    422,
    "request.invalid",
    "flight.origin",
  ],
])("%s is refused with its path, and nothing is written", async (_, body, headers, status, code, path) => {
  const before = await items();
  const reply = await make(body, headers);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status, body: { status, code } });
  if (path !== undefined) expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  expect(await items()).toBe(before);
});

const items = async () => {
  const { Count } = await db().send(
    new ScanCommand({ TableName: table("Catalog"), Select: "COUNT", ConsistentRead: true }),
  );
  return Count;
};

test("a plan with a fault at every seat is answered with at most a hundred faults, or with the one that keeps it from being read", async () => {
  const found: unknown[] = [];
  for (const plan of [Harness.block(100, 500, "A"), Harness.block(100, 500, "A")].map((plan, n) => {
    for (const row of plan.zones[0]?.rows ?? [])
      for (const seat of row.seats) Object.assign(seat, n === 0 ? { category: "Gold" } : { seat_guid: 5 });
    return plan;
  })) {
    const reply = await make(gzipSync(JSON.stringify(offer({ plan }))), { "content-encoding": "gzip" });
    found.push([reply.status, reply.body.errors.length, reply.body.errors[0].path]);
  }
  expect(found).toEqual([
    [422, 100, "plan.zones.0.rows.0.seats.0.category"],
    [422, 1, "plan.zones.0.rows.0.seats.0.seat_guid"],
  ]);
});

test("only organisers make and change events", async () => {
  const buyer = await stage.user();
  for (const [token, status] of [
    [undefined, 401],
    [buyer.token, 403],
  ] as const) {
    expect((await stage.call("POST /v1/admin/events", { token, body: offer() })).status).toBe(status);
    const params = { eventId: nobody.eventId };
    expect((await stage.call("PATCH /v1/admin/events/{eventId}", { token, params, body: {} })).status).toBe(status);
  }
});

test("a sale can be paused, resumed, closed and opened again, and every reader sees it within five seconds", async () => {
  const { body: event } = await make(offer());
  for (const [status, shown] of [
    ["paused", "paused"],
    ["onsale", "onsale"],
    ["closed", "closed"],
    ["onsale", "onsale"],
  ] as const) {
    expect((await read(event.eventId)).status).toBe(200);
    expect((await patch(event.eventId, { status })).body.status).toBe(shown);
    expect((await read(event.eventId)).body.status).toBe(shown);
  }
});

test("an environment keeps an event for two seconds at most, even if another environment changes it", async () => {
  const start = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  const { body: event } = await make(offer());
  expect((await read(event.eventId)).body.status).toBe("onsale");
  await db().send(
    new UpdateCommand({
      TableName: table("Catalog"),
      Key: { pk: `EVENT#${event.eventId}`, sk: "META" },
      UpdateExpression: "SET #set = :paused",
      ExpressionAttributeNames: { "#set": "set" },
      ExpressionAttributeValues: { ":paused": "paused" },
    }),
  );
  vi.setSystemTime(start + 2_000);
  expect((await read(event.eventId)).body.status).toBe("onsale");
  vi.setSystemTime(start + 2_001);
  expect((await read(event.eventId)).body.status).toBe("paused");
});

test("each setting of the queue can be changed alone, and the others stay", async () => {
  const { body: event } = await make(offer());
  const replies = await Promise.all([
    patch(event.eventId, { queue: { admitPerSecond: 7.5 } }),
    patch(event.eventId, { queue: { maxActive: 12 } }),
    patch(event.eventId, { status: "paused" }),
  ]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  const { body } = await read(event.eventId);
  expect(body.queue).toEqual({ ...event.queue, admitPerSecond: 7.5, maxActive: 12 });
  expect(body.status).toBe("paused");
  expect((await patch(event.eventId, {})).body).toMatchObject({ status: "paused", queue: body.queue });
});

test("the sale's times can change until the draw is frozen, and stay in order", async () => {
  const { body: event } = await make(offer({ salesOpenAt: at(Date.now() + DAY) }));
  const { eventId } = event;
  const salesOpenAt = at(Date.now() - 1_000);
  expect(await patch(eventId, { salesCloseAt: at(Date.now() + DAY / 2) })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "salesOpenAt" }] },
  });
  expect(await patch(eventId, { salesCloseAt: at(Date.now() + 40 * DAY) })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "salesCloseAt" }] },
  });
  expect((await read(eventId)).body).toEqual(event);

  const Catalog = await import("#core/catalog/index.ts");
  expect(await Catalog.freeze({ eventId, lobby: 3, now: Date.now() }), "the sale has not opened").toBeUndefined();
  expect((await patch(eventId, { salesOpenAt })).body).toMatchObject({ salesOpenAt, status: "onsale" });
  const [one, two] = await Promise.all([3, 4].map((lobby) => Catalog.freeze({ eventId, lobby, now: Date.now() })));
  expect(one, "two callers at once freeze the same").toEqual(two);
  expect(await patch(eventId, { salesOpenAt: at(Date.now() + DAY) })).toMatchObject({
    status: 409,
    body: { code: "event.draw_frozen" },
  });
  const { draw } = (await read(eventId)).body;
  expect(draw.seed).toBe(one?.seed);
  expect(createHash("sha256").update(Buffer.from(draw.seed, "hex")).digest("hex")).toBe(draw.commitment);
  expect((await patch(eventId, { status: "paused" })).status, "all else may still change").toBe(200);
});

test.each<[string, unknown, number, string]>([
  ["a fact that is fixed", { kind: "match" }, 422, "kind"],
  ["an unknown status", { status: "soldout" }, 422, "status"],
  ["a queue that cannot move", { queue: { admitPerSecond: -1 } }, 422, "queue.admitPerSecond"],
  ["a queue switched off in mid-sale", { queue: { enabled: false } }, 422, "queue.enabled"],
  ["an invalid time", { salesOpenAt: 5 }, 422, "salesOpenAt"],
])("%s is no change", async (_, body, status, path) => {
  const { body: event } = await make(offer());
  expect(await patch(event.eventId, body)).toMatchObject({
    status,
    body: { code: "request.invalid", errors: [{ path }] },
  });
  expect((await read(event.eventId)).body).toEqual(event);
});

test("an unknown event cannot be changed", async () => {
  expect(await patch(nobody.eventId, { status: "paused" })).toMatchObject({
    status: 404,
    body: { code: "event.not_found" },
  });
});

test("an event whose creation was interrupted is not visible anywhere", async () => {
  const Lib = await import("#core/lib/dynamo-batch.ts");
  const { listItems } = await import("#core/catalog/list.table.ts");
  const { body: whole } = await make(offer({ title: "Halfway Whole" }));
  const unfinished = {
    ...whole,
    eventId: nobody.eventId,
    startsAt: Date.parse(whole.startsAt),
    title: "Halfway Crashed",
  };
  await Lib.putAll("Catalog", listItems(unfinished));
  const { body } = await stage.call("GET /v1/events", { query: { q: "halfway", limit: "1" } });
  const next = body.next
    ? await stage.call("GET /v1/events", { query: { q: "halfway", limit: "1", cursor: body.next } })
    : undefined;
  const titles = [...body.items, ...(next?.body.items ?? [])].map(({ title }: { title: string }) => title);
  expect(titles).toEqual(["Halfway Whole"]);
});
