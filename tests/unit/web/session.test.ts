/** The page's session: a refresh without an answer is repeated, and only the server ends a session. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Kept = { accessToken: string; refreshToken: string; expiresAt: number };
type Load = typeof import("../../../web/src/api/session.ts");

let kept: string | null;
let ending: string | null;
let Session: Load;
const stored = (): Kept | undefined => JSON.parse(kept ?? "null") ?? undefined;
const store = (session: Partial<Kept>) => {
  kept = JSON.stringify({ accessToken: "old", refreshToken: "r1", expiresAt: 0, ...session });
};

/** The server of these tests: `r1` gets `r2` repeatedly, until `r2` was used. */
const server = { at: "r1", asked: [] as string[], answer: (_: string): Response | Promise<Response> => json(500, {}) };
const json = (status: number, body: object) => Response.json(body, { status });
const honest = (refreshToken: string) => {
  if (refreshToken !== "r1") return json(401, { code: "session.reused" });
  server.at = "r2";
  return json(201, { accessToken: "new", refreshToken: "r2", expiresIn: 1_800 });
};

/** Gives these answers in turn, and then always the last one. */
const plays = (...answers: ((refreshToken: string) => Response | Promise<Response>)[]) => {
  server.asked = [];
  server.answer = (token) => (answers[Math.min(server.asked.length, answers.length) - 1] ?? honest)(token);
};

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("navigator", {});
  ending = null;
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => (key === "onsale:session" ? kept : ending),
    setItem: (key: string, value: string) => {
      if (key === "onsale:session") kept = value;
      else ending = value;
    },
    removeItem: (key: string) => {
      if (key === "onsale:session") kept = null;
      else ending = null;
    },
  });
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { refreshToken } = JSON.parse(body);
    server.asked.push(refreshToken);
    return server.answer(refreshToken);
  });
  vi.resetModules();
  Session = await import("../../../web/src/api/session.ts");
  store({});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The result of asking for a token, after all pauses. */
const asking = async () => {
  const outcome = Session.session.token().catch((error: { code: string }) => error.code);
  await vi.runAllTimersAsync();
  return outcome;
};

/** The server did it, and the answer was lost. */
const lost = (refreshToken: string): never => {
  honest(refreshToken);
  throw new TypeError("Failed to fetch");
};

test("an answer that was lost is asked for again with the same token", async () => {
  plays(lost, honest);
  expect(await asking()).toBe("new");
  expect(server.asked).toEqual(["r1", "r1"]);
  expect(stored()).toMatchObject({ accessToken: "new", refreshToken: "r2" });
});

test("an incomplete answer counts as lost", async () => {
  const headers = { "content-type": "application/json" };
  plays(() => new Response('{"accessToken":"ne', { status: 201, headers }), honest);
  expect(await asking()).toBe("new");
});

test("a request to an overloaded server is repeated", async () => {
  plays(
    () => json(503, { code: "unavailable" }),
    () => json(429, { code: "request.throttled" }),
    honest,
  );
  expect(await asking()).toBe("new");
});

test("the session is kept while offline, and the next request uses it", async () => {
  plays(lost);
  expect(await asking()).toBe("offline");
  expect(stored()?.refreshToken).toBe("r1");
  plays(honest);
  expect(await asking()).toBe("new");
});

test("all tries end within the 30 s in which the server repeats the same pair", async () => {
  const began = Date.now();
  plays((token) => {
    honest(token);
    return new Promise(() => {});
  });
  vi.stubGlobal("AbortSignal", {
    timeout: (ms: number) => ({ ms }),
  });
  vi.stubGlobal("fetch", (_: string, { signal }: { signal: { ms: number } }) => {
    server.asked.push("r1");
    return new Promise((_, reject) => setTimeout(() => reject(new Error("timeout")), signal.ms));
  });
  expect(await asking()).toBe("offline");
  expect(server.asked.length).toBeGreaterThan(2);
  expect(Date.now() - began).toBeLessThan(30_000);
});

test("a session that the server has ended is deleted", async () => {
  plays(() => json(401, { code: "session.invalid" }));
  expect(await asking()).toBeUndefined();
  expect(stored()).toBeUndefined();
});

test("why the server has ended a session is kept until the next sign-in", async () => {
  plays(() => json(401, { code: "session.unproven" }));
  await asking();
  expect(Session.ended()).toBe("session.unproven");
  Session.session.keep({ accessToken: "new", refreshToken: "r2", expiresIn: 1_800 });
  expect(Session.ended()).toBeUndefined();
});

test("a session is renewed before its token expires, where the account has changed", async () => {
  store({ expiresAt: Date.now() + 1_000_000 });
  plays(honest);
  const renewed = Session.session.renew();
  await vi.runAllTimersAsync();
  expect(await renewed).toBe("new");
});

test("another tab's newer pair and its sign-out take effect", async () => {
  plays(() => {
    store({ accessToken: "newer", refreshToken: "r3", expiresAt: Date.now() + 1_000_000 });
    return json(401, { code: "session.reused" });
  });
  expect(await asking()).toBe("newer");
  expect(stored()?.refreshToken).toBe("r3");
  store({});
  plays((token) => {
    kept = null;
    return honest(token);
  });
  expect(await asking()).toBeUndefined();
  expect(stored()).toBeUndefined();
});
