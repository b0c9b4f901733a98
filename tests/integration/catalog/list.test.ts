/** Lists and searches: exactly the matching events, in order, each once, in full pages except the last. */
import { beforeAll, expect, test } from "vitest";
import type { EventView } from "#core/catalog/index.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
const DAY = 86_400_000;
const today = Math.floor(Date.now() / DAY) * DAY;
const made: EventView[] = [];

const titles = ["Jazz Night", "재즈의 밤", "Symphony No. 9", "서울 재즈페스티벌", "Rock Night Live", "밤의 교향곡"];
const venues = ["Blue Hall", "서울숲", "Arena One"];
const routes = [
  ["ICN", "NRT"],
  ["ICN", "CJU"],
  ["GMP", "CJU"],
] as const;
const kinds = ["concert", "match", "theatre", "flight", "club"] as const;

beforeAll(async () => {
  stage = await Harness.stage();
  // some on the same day and some at the same moment, over more than a year, the first of them in the past
  await Promise.all(
    Array.from({ length: 90 }, async (_, n) => {
      const kind = kinds[n % kinds.length] ?? "concert";
      const startsAt = today - 5 * DAY + Math.floor(n / 2) * 9 * DAY + (n % 3) * 3_600_000;
      const [origin, destination] = routes[n % routes.length] ?? ["ICN", "NRT"];
      const departsAt = new Date(startsAt).toISOString();
      const flight = { origin, destination, departsAt, arrivesAt: new Date(startsAt + 1).toISOString() };
      const event = await stage.event({
        kind,
        title: titles[n % titles.length],
        venue: venues[n % venues.length],
        startsAt: departsAt,
        salesOpenAt: new Date(today - 60 * DAY).toISOString(),
        plan: Harness.block(1, 1),
        ...(kind === "flight" && { flight }),
      });
      made.push(event as unknown as EventView);
    }),
  );
  made.sort((a, b) => a.startsAt.localeCompare(b.startsAt) || a.eventId.localeCompare(b.eventId));
}, 60_000);

type Query = Record<string, string>;
const list = (query: Query) => stage.call("GET /v1/events", { query });

/** Every page of a query, from the first to the last. */
const walk = async (query: Query): Promise<EventView[][]> => {
  const pages: EventView[][] = [];
  for (let cursor: string | undefined; ; ) {
    const { status, body } = await list({ ...query, ...(cursor && { cursor }) });
    expect(status, JSON.stringify(body)).toBe(200);
    pages.push(body.items);
    if (body.next === null) return pages;
    cursor = body.next;
  }
};

const day = (n: number) => new Date(today + n * DAY).toISOString().slice(0, 10);

/** The expected events, computed in the simplest way. */
const fits = (event: EventView, { q, kind, from, to, origin, destination }: Query): boolean => {
  const text = `${event.title} ${event.venue} ${event.flight?.origin} ${event.flight?.destination}`.toLowerCase();
  const found = (word: string) =>
    /[가-힣]/.test(word) ? text.replaceAll(" ", "").includes(word) : ` ${text}`.includes(` ${word}`);
  return (
    event.startsAt >= (from ?? new Date().toISOString()) &&
    (to === undefined || event.startsAt.slice(0, to.length) <= to) &&
    (kind === undefined || event.kind === kind) &&
    (origin === undefined || event.flight?.origin === origin) &&
    (destination === undefined || event.flight?.destination === destination) &&
    (q === undefined || q.toLowerCase().split(" ").every(found))
  );
};

const qs = [undefined, "jazz", "재즈", "night live", "서울 재즈페스티벌", "재즈 blue", "밤", "icn"];
const ranges: Query[] = [{}, { from: day(-10) }, { from: day(30), to: day(121) }, { to: day(58) }];
const places: Query[] = [{}, { origin: "ICN" }, { destination: "CJU" }, { origin: "GMP", destination: "CJU" }];

test.each([...qs])(
  "every combination of filters with q=%s gives exactly the matching events",
  async (q) => {
    for (const kind of [undefined, "concert", "flight"])
      for (const range of ranges)
        for (const place of places) {
          const query = { ...range, ...place, ...(kind && { kind }), ...(q && { q }) };
          const expected = made.filter((event) => fits(event, query)).map(({ eventId }) => eventId);
          const pages = await walk({ ...query, limit: "7" });
          expect(
            pages.flat().map(({ eventId }) => eventId),
            JSON.stringify(query),
          ).toEqual(expected);
          for (const page of pages.slice(0, -1)) expect(page).toHaveLength(7);
        }
  },
  60_000,
);

test.each(["1", "2", "44", "89", "90", "91", "100"])(
  "pages of %s are full except the last, and none is empty",
  async (limit) => {
    const pages = await walk({ from: day(-10), limit });
    expect(pages.flat().map(({ eventId }) => eventId)).toEqual(made.map(({ eventId }) => eventId));
    for (const page of pages.slice(0, -1)) expect(page).toHaveLength(Number(limit));
    expect(pages.at(-1)?.length).toBeGreaterThan(0);
  },
);

test("a page has twenty entries by default; a list is cached for at most five seconds; past events are shown on request", async () => {
  const { body, headers } = await list({});
  expect(body.items).toHaveLength(20);
  expect(headers["cache-control"]).toBe("public, max-age=5");
  expect(body.items[0].startsAt > new Date().toISOString()).toBe(true);
  const past = await list({ to: day(-1), from: "2020-01-01" });
  expect(past.body.items.length).toBeGreaterThan(0);
  for (const { status } of past.body.items) expect(status).toBe("closed");
});

test("an event has the same fields in a list as alone", async () => {
  const { body } = await list({ limit: "1" });
  const alone = await stage.call("GET /v1/events/{eventId}", { params: { eventId: body.items[0].eventId } });
  expect(body.items[0]).toEqual(alone.body);
});

test.each<[string, Query]>([
  ["words that nothing has", { q: "zzz" }],
  ["punctuation", { q: "?!" }],
  ["a concert's route", { kind: "concert", origin: "ICN" }],
  ["a range that ends before it begins", { from: day(10), to: day(5) }],
  ["a year far away", { from: "9998-01-01" }],
])("%s: an empty page, and nothing after it", async (_, query) => {
  expect((await list(query)).body).toEqual({ items: [], next: null });
});

test("a search of blanks lists everything", async () => {
  expect((await list({ q: "  " })).body).toEqual((await list({})).body);
});

test.each<[Query, string]>([
  [{ limit: "0" }, "limit"],
  [{ limit: "101" }, "limit"],
  [{ limit: "1e1" }, "limit"],
  [{ limit: "-1" }, "limit"],
  [{ limit: "" }, "limit"],
  [{ kind: "circus" }, "kind"],
  [{ from: "yesterday" }, "from"],
  [{ to: "2026-02-30" }, "to"],
  [{ origin: "icn" }, "origin"],
  [{ destination: "SEOUL" }, "destination"],
  [{ q: "x".repeat(201) }, "q"],
  [{ cursor: "nonsense" }, "cursor"],
  [{ cursor: Buffer.from('{"after":5}').toString("base64url") }, "cursor"],
  [{ cursor: Buffer.from('{"after":"000000000000000#META"}x').toString("base64url") }, "cursor"],
  [{ cursor: "" }, "cursor"],
])("%j is refused at its parameter", async (query, path) => {
  expect(await list(query)).toMatchObject({ status: 422, body: { code: "request.invalid", errors: [{ path }] } });
});

test("unknown parameters are ignored", async () => {
  expect((await list({ utm_source: "mail", limit: "3" })).body.items).toHaveLength(3);
});

test("control characters and the like in a search find nothing and cause no error", async () => {
  for (const q of [
    "\u0000",
    "\ud800",
    "😀",
    "a\u0300",
    "'; DROP TABLE",
    "ﷺ".repeat(60),
    "가".repeat(200),
    "a ".repeat(100),
  ])
    expect((await list({ q })).status, JSON.stringify(q)).toBe(200);
});
