/** Many events: a late page costs what the first does. In the long run a hundred thousand events, and the thousandth page. */
import { Agent, request } from "node:http";
import { marshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { type Meta, metaItem } from "#core/catalog/catalog.table.ts";
import * as Lists from "#core/catalog/list.table.ts";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import * as Harness from "#tests/support/harness.ts";
import { isLong } from "#tests/support/long.ts";

const EVENTS = isLong ? 100_000 : 12_000;
/** The page that is compared with the first. */
const LATE = isLong ? 1_000 : 200;
/** The events that searches find, too. */
const SEARCHABLE = isLong ? 1_000 : 400;
const EVERY = EVENTS / SEARCHABLE;
/** The distance between two events that have one of two words. No event has both words. */
const APART = Math.floor(EVENTS / 3_300);
const first = Date.parse("2030-01-01T00:00:00.000Z");
const kinds = ["concert", "match", "theatre", "flight", "club"] as const;

let stage: Harness.Stage;

const idOf = (n: number): string => `evt_0${String(n).padStart(25, "0")}`;
/** One event every eleven minutes: a little more than two years of events. */
const startOf = (n: number): number => first + n * 11 * 60_000;

const eventOf = (n: number, title: string): Meta => ({
  eventId: idOf(n),
  kind: kinds[n % kinds.length] ?? "concert",
  title,
  venue: "Hall",
  startsAt: startOf(n),
  salesOpenAt: first,
  salesCloseAt: startOf(n),
  cancelUntil: startOf(n),
  soldOut: false,
  currency: "KRW",
  prices: { Standard: 10_000 },
  maxSeatsPerOrder: 4,
  maxSeatsPerUser: 8,
  holdSeconds: 300,
  queue: { enabled: true, admitPerSecond: 50, maxActive: 1_000, sessionSeconds: 600, claimSeconds: 60 },
  draw: { commitment: "0".repeat(64) },
  sections: [{ sectionId: "floor", name: "Floor", kind: "general", capacity: 500 }],
  general: { floor: "Standard" },
  planChunks: 0,
});

/**
 * The items of every event without their words, each as DynamoDB's JSON: marshalled once and then copied, because the test has a minute.
 */
function* plainItems(): Generator<string> {
  const items = kinds.map((_, n) => {
    const event = eventOf(n, "Event");
    const byMonth = Lists.listItems(event).filter(({ pk }) => /^LIST#(ALL|KIND)/.test(pk));
    return [metaItem(event), ...byMonth].map((item) => JSON.stringify({ PutRequest: { Item: marshall(item) } }));
  });
  for (let n = 0; n < EVENTS; n++) {
    const model = n % kinds.length;
    for (const text of items[model] ?? [])
      yield text
        .replaceAll(idOf(model), idOf(n))
        .replaceAll(String(startOf(model)), String(startOf(n)))
        .replaceAll("2030-01", Lists.monthOf(Lists.first(startOf(n))));
  }
}

const agent = new Agent({ keepAlive: true });
const post = (body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = {
      "x-amz-target": "DynamoDB_20120810.BatchWriteItem",
      "content-type": "application/x-amz-json-1.0",
      authorization: `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20300101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
    };
    const sent = request(new URL(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? ""), { method: "POST", agent, headers });
    sent.on("response", (response) => {
      response.resume().on("end", () => (response.statusCode === 200 ? resolve() : reject(response.statusCode)));
    });
    sent.on("error", reject);
    sent.end(body);
  });

const writeAll = async (items: Iterator<string>): Promise<void> => {
  const work = async () => {
    for (;;) {
      const batch: string[] = [];
      for (let next = items.next(); !next.done; next = items.next()) if (batch.push(next.value) === 25) break;
      if (batch.length === 0) return;
      await post(`{"RequestItems":{"${table("Catalog")}":[${batch.join(",")}]}}`);
    }
  };
  await Promise.all(Array.from({ length: 12 }, work));
};

let units = 0;
let requests = 0;

beforeAll(async () => {
  stage = await Harness.stage();
  await writeAll(plainItems());
  const months = new Set(Array.from({ length: EVENTS / 100 }, (_, n) => Lists.monthOf(Lists.first(startOf(n * 100)))));
  const directories = ["ALL", ...kinds.map((kind) => `KIND#${kind}`)].map(Lists.monthsKey);
  await putAll(
    "Catalog",
    directories.flatMap((pk) => [...months].map((sk) => ({ pk, sk }))),
  );
  await putAll("Catalog", searchable());
  db().middlewareStack.add(
    // biome-ignore lint/suspicious/noExplicitAny: whichever command passes
    (next: any) => async (args: any) => {
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
      requests++;
      for (const { CapacityUnits } of [result.output.ConsumedCapacity ?? []].flat()) units += CapacityUnits;
      return result;
    },
    { step: "initialize", name: "meter" },
  );
}, 180_000);

/** The words of the searchable events, and two words of 1,500 events each, which no event has together. */
const searchable = (): Item[] => {
  const termsOf = (event: Meta) => Lists.listItems(event).filter(({ pk }) => pk.startsWith("LIST#TERM"));
  const found = Array.from({ length: SEARCHABLE }, (_, n) => eventOf(n * EVERY, "재즈 Festival"));
  const apart = Array.from({ length: 3_000 }, (_, n) => eventOf(n * APART + 1, n % 2 ? "sun" : "moon"));
  const whole = apart.flatMap((event) => termsOf(event).filter(({ pk }) => /(sun|moon)$/.test(pk)));
  return [...found.flatMap(termsOf), ...whole];
};

type Page = { ids: string[]; next: string | undefined; cost: number; requests: number };
const page = async (query: Record<string, string>, cursor: string | undefined): Promise<Page> => {
  [units, requests] = [0, 0];
  const { status, body } = await stage.call("GET /v1/events", { query: { ...query, ...(cursor && { cursor }) } });
  expect(status, JSON.stringify(body)).toBe(200);
  const ids = body.items.map(({ eventId }: { eventId: string }) => eventId);
  return { ids, next: body.next ?? undefined, cost: units, requests };
};

/** Every page of a query, at most so many. */
const walk = async (query: Record<string, string>, most: number): Promise<Page[]> => {
  const pages: Page[] = [];
  for (let cursor: string | undefined; pages.length < most; ) {
    const got = await page(query, cursor);
    pages.push(got);
    cursor = got.next;
    if (!cursor) break;
  }
  return pages;
};

const costs = (pages: Page[]) => ({
  least: Math.min(...pages.map(({ cost }) => cost)),
  most: Math.max(...pages.map(({ cost }) => cost)),
  requests: Math.max(...pages.map(({ requests }) => requests)),
});

test(`page ${LATE} of all events costs as much as the first`, async () => {
  const pages = await walk({ from: "2030-01-01", limit: "10" }, LATE + 1);
  expect(pages.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: (LATE + 1) * 10 }, (_, n) => idOf(n)));
  const [one, late] = [pages[0], pages[LATE - 1]];
  expect(one?.cost).toBeGreaterThan(0);
  expect(late?.cost).toBe(one?.cost);
  // a page over the end of a month reads two months
  expect(costs(pages).most).toBeLessThanOrEqual((one?.cost ?? 0) + 1);
}, 60_000);

test(`page ${LATE} of one kind does too, though it is one event in five`, async () => {
  const pages = await walk({ from: "2030-01-01", limit: "5", kind: "theatre" }, LATE + 1);
  expect(pages.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: (LATE + 1) * 5 }, (_, n) => idOf(n * 5 + 2)));
  expect(pages[LATE - 1]?.cost).toBe(pages[0]?.cost);
  expect(costs(pages).most).toBeLessThanOrEqual((pages[0]?.cost ?? 0) + 1);
}, 60_000);

test("the last page costs as much as the first", async () => {
  const [start] = await walk({ from: "2030-01-01", limit: "20" }, 1);
  const [end] = await walk({ from: new Date(startOf(EVENTS - 20)).toISOString(), limit: "20" }, 1);
  expect(end?.ids).toHaveLength(20);
  expect(end?.next).toBeUndefined();
  expect(end?.cost).toBeLessThanOrEqual((start?.cost ?? 0) + 1);
});

test("the cost of a search follows what it shows, on every page", async () => {
  for (const q of ["재즈", "festival", "재즈 fest"]) {
    const pages = await walk({ from: "2030-01-01", limit: "10", q }, 200);
    expect(pages.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: SEARCHABLE }, (_, n) => idOf(n * EVERY)));
    const { least, most } = costs(pages.slice(0, -12)); // the last ones have less to look at
    expect(most - least, q).toBeLessThanOrEqual(1);
    expect(most, q).toBeLessThan(20);
  }
}, 60_000);

test("a search for two common words that never occur together ends after a bounded number of reads", async () => {
  const pages = await walk({ from: "2030-01-01", q: "sun moon" }, 10);
  expect(pages.map(({ ids, next }) => [ids.length, next !== undefined])).toEqual([
    [0, true],
    [0, false],
  ]);
  expect(costs(pages).most).toBeLessThan(40);
  expect(costs(pages).requests).toBeLessThanOrEqual(12);
});
