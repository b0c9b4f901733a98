/** The edge keeps what may be kept, for as long as it may, and shields the origin from a crowd. */
import { expect, test } from "vitest";
import { createEdge } from "#local/edge.ts";
import type { HttpAnswer, HttpRequest } from "#local/payload.ts";

const LIST = "/v1/events";
const STATUS = "/v1/events/evt_1/queue";

const get = (path: string, query = "", headers: Record<string, string> = {}): HttpRequest => ({
  ...{ method: "GET", path, query, headers },
});

/** An origin that counts, remembers what it was asked, and answers after `delay` ms. */
const stage = (given: Partial<HttpAnswer> & { cache?: string; delay?: number; maxBytes?: number } = {}) => {
  const asked: HttpRequest[] = [];
  const clock = { at: 1_000_000 };
  const origin = async (request: HttpRequest): Promise<HttpAnswer> => {
    const count = asked.push(request);
    if (given.delay) await new Promise((resolve) => setTimeout(resolve, given.delay));
    return {
      status: given.status ?? 200,
      headers: {
        "content-type": "application/json",
        "cache-control": given.cache ?? "public, max-age=5",
        ...given.headers,
      },
      body: given.body ?? Buffer.from(`answer ${count}`),
    };
  };
  const edge = createEdge(origin, { now: () => clock.at, ...(given.maxBytes && { maxBytes: given.maxBytes }) });
  return { asked, clock, edge };
};

test("a thousand visitors who ask at once cost one call to the origin", async () => {
  const { edge, asked } = stage({ delay: 20 });
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => edge.fetch(get(STATUS))));
  expect(asked).toHaveLength(1);
  expect(new Set(answers.map((answer) => String(answer.body)))).toEqual(new Set(["answer 1"]));
  expect(edge.originCalls()).toEqual({ "GET /v1/events/{eventId}/queue": 1 });
});

test("an answer is given again until its max-age is over, with its age", async () => {
  const { edge, clock, asked } = stage({ cache: "public, max-age=2" });
  expect((await edge.fetch(get(STATUS))).headers["x-cache"]).toBe("Miss from cloudfront");
  clock.at += 1_900;
  const hit = await edge.fetch(get(STATUS));
  expect(hit.headers).toMatchObject({ "x-cache": "Hit from cloudfront", age: "1" });
  expect(asked).toHaveLength(1);
  clock.at += 100;
  expect(String((await edge.fetch(get(STATUS))).body)).toBe("answer 2");
});

test.each([
  "private, no-store",
  "no-store",
  "max-age=60",
  "public",
  "public, max-age=0",
  "public, max-age=60, no-cache",
  "",
])("what says '%s' is never kept", async (cache) => {
  const { edge, asked } = stage({ cache });
  for (let n = 0; n < 3; n++) await edge.fetch(get(LIST));
  expect(asked).toHaveLength(3);
});

test("visitors who waited for an answer that may not be shared each get their own", async () => {
  const { edge, asked } = stage({ cache: "private, no-store", delay: 10 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => edge.fetch(get(LIST))));
  expect(asked).toHaveLength(5);
  expect(new Set(answers.map((answer) => String(answer.body))).size).toBe(5);
});

test("an error is kept for a second at most", async () => {
  const { edge, clock, asked } = stage({ status: 503, cache: "public, max-age=60" });
  await edge.fetch(get(LIST));
  clock.at += 900;
  await edge.fetch(get(LIST));
  expect(asked).toHaveLength(1);
  clock.at += 200;
  await edge.fetch(get(LIST));
  expect(asked).toHaveLength(2);
});

test("only the parameters that the route names stand in the key, in any order; the origin sees no other", async () => {
  const { edge, asked } = stage();
  await edge.fetch(get(LIST, "q=rock&limit=5&utm_source=x"));
  await edge.fetch(get(LIST, "limit=5&cachebuster=123&q=rock"));
  expect(asked.map((request) => request.query)).toEqual(["q=rock&limit=5"]);
  await edge.fetch(get(LIST, "limit=6&q=rock"));
  expect(asked).toHaveLength(2);
  await edge.fetch(get(STATUS, "a=1"));
  await edge.fetch(get(STATUS, "a=2"));
  expect(asked).toHaveLength(3);
});

test("nothing that tells visitors apart reaches the origin of a shared answer", async () => {
  const { edge, asked } = stage();
  await edge.fetch(get(LIST, "", { authorization: "Bearer mine", cookie: "a=b", "user-agent": "u" }));
  expect(asked[0]?.headers).toEqual({ "user-agent": "u" });
});

test("what belongs to a visitor is asked anew each time, whatever it says of itself", async () => {
  const { edge, asked } = stage({ cache: "public, max-age=60" });
  for (let n = 0; n < 2; n++) await edge.fetch(get("/v1/orders", "", { authorization: "Bearer mine" }));
  await edge.fetch({ method: "POST", path: "/v1/sessions" });
  await edge.fetch({ method: "POST", path: "/v1/sessions" });
  expect(asked).toHaveLength(4);
  expect(asked[0]?.headers?.authorization).toBe("Bearer mine");
});

test("a client that has the answer gets 304 without a body", async () => {
  const { edge } = stage();
  const { etag } = (await edge.fetch(get(LIST))).headers;
  const again = await edge.fetch(get(LIST, "", { "if-none-match": String(etag) }));
  expect(again.status).toBe(304);
  expect(again.body).toHaveLength(0);
});

test("the cache stays within its memory, and forgets what was not asked for longest", async () => {
  const { edge, asked } = stage({ body: Buffer.alloc(1_000), maxBytes: 5_000 });
  for (const n of [1, 2, 3]) await edge.fetch(get(LIST, `limit=${n}`));
  await edge.fetch(get(LIST, "limit=1"));
  await edge.fetch(get(LIST, "limit=4"));
  expect(asked).toHaveLength(4);
  await edge.fetch(get(LIST, "limit=1"));
  expect(asked).toHaveLength(4);
  await edge.fetch(get(LIST, "limit=2"));
  expect(asked).toHaveLength(5);
});

test("after a failed call the next visitor's is a new one", async () => {
  let calls = 0;
  const edge = createEdge(async () => {
    calls++;
    if (calls === 1) throw new Error("origin is gone");
    return { status: 200, headers: { "cache-control": "public, max-age=1" }, body: Buffer.from("ok") };
  });
  await expect(edge.fetch(get(LIST))).rejects.toThrow("gone");
  expect((await edge.fetch(get(LIST))).status).toBe(200);
});
