/** The rate rules keep one sender far below a route's throttle, and block no crowd that shares an address. */
import { expect, test } from "vitest";
import { rateRules } from "#core/contract/firewall.ts";
import { type Route, routes } from "#core/contract/routes.ts";
import { createEdge } from "#local/edge.ts";
import { createFirewall } from "#local/firewall.ts";
import { own } from "#local/payload.ts";

const STATUS = "/v1/events/evt_01JD0000000000000000000000/queue";

const behindRules = () => {
  const clock = { at: 1_000_000 };
  const edge = createEdge(async () => own(200, {}), { accessKey: () => "key" });
  const firewall = createFirewall(edge, rateRules, () => clock.at);
  type More = { query?: string; token?: string; scheme?: string };
  const ask = async (address: string, method: string, path: string, more: More = {}) => {
    const { query = "", token, scheme = "Bearer" } = more;
    const headers = token ? { authorization: `${scheme} ${token}` } : {};
    return (await firewall.fetch({ method, path, query, headers, viewer: `${address}:${clock.at}` })).status;
  };
  return { clock, ask };
};

const limitOf = (name: string) => rateRules.find((rule) => rule.name === name)?.limit ?? 0;

test("requests beyond the limit are refused with 429 until the window ends, and another address is not", async () => {
  const { clock, ask } = behindRules();
  const limit = limitOf("PostSessions");
  for (let n = 0; n < limit; n++) expect(await ask("192.0.2.1", "POST", "/v1/sessions")).toBe(200);
  expect(await ask("192.0.2.1", "POST", "/v1/sessions")).toBe(429);
  expect(await ask("192.0.2.1", "POST", "/v1/accounts")).toBe(200);
  expect(await ask("192.0.2.2", "POST", "/v1/sessions")).toBe(200);
  clock.at += 59_999;
  expect(await ask("192.0.2.1", "POST", "/v1/sessions")).toBe(429);
  clock.at += 1;
  expect(await ask("192.0.2.1", "POST", "/v1/sessions")).toBe(200);
});

test("every route that works without a token has a rule, at a tenth of its throttle or less", () => {
  for (const [key, { auth, cache, query, throttle }] of Object.entries<Route>(routes)) {
    const [method = "", path = ""] = key.split(" ");
    if (!["public", "optional"].includes(auth) || (cache && !query)) continue;
    const sent = path.replace(/\{\w+\}/g, "some");
    const rule = rateRules.find(
      (one) => one.method === method && one.paths.some((each) => new RegExp(`^${each}$`).test(sent)),
    );
    expect(rule, key).toMatchObject({ per: "address" });
    expect((rule?.limit ?? 0) / (rule?.seconds ?? 1), key).toBeLessThanOrEqual(throttle.rate / 10);
  }
});

test("20,000 phones behind one carrier's address can poll, join and buy without a block", async () => {
  const { ask } = behindRules();
  const answers = new Set<number>();
  for (let phone = 0; phone < 20_000; phone++) {
    for (let poll = 0; poll < 5; poll++) answers.add(await ask("192.0.2.1", "GET", STATUS));
    // invalid tokens: only the firewall's decision matters here
    const token = `phone.${phone}.x`;
    answers.add(await ask("192.0.2.1", "POST", `${STATUS}/places`, { token }));
    answers.add(await ask("192.0.2.1", "POST", "/v1/orders", { token }));
  }
  expect(answers).toEqual(new Set([200, 401]));
});

test("other spellings of the status are counted, and refused after a few", async () => {
  const { ask } = behindRules();
  const odd = [`${STATUS}/`, STATUS.replace("/queue", "//queue"), STATUS.toLowerCase(), STATUS.replace("evt", "%65vt")];
  for (let n = 0; n < limitOf("OddSpellings"); n++) expect(await ask("192.0.2.1", "GET", odd[n % 4] ?? "")).toBe(404);
  for (const path of [...odd, `/${STATUS}`]) expect(await ask("192.0.2.1", "GET", path)).toBe(429);
  expect(await ask("192.0.2.1", "GET", STATUS)).toBe(200);
});

test("a token is counted over all addresses, and the list of events only when it is searched", async () => {
  const { ask } = behindRules();
  for (let n = 0; n < limitOf("Tokens"); n++) await ask(`192.0.2.${n % 200}`, "GET", "/v1/me", { token: "a.b.c" });
  expect(await ask("192.0.2.250", "GET", "/v1/me", { token: "a.b.c" })).toBe(429);
  expect(await ask("192.0.2.250", "GET", "/v1/me", { token: "a.b.d" })).toBe(401);
  for (let n = 0; n < limitOf("GetEvents"); n++) await ask("192.0.2.1", "GET", "/v1/events", { query: `q=${n % 10}` });
  expect(await ask("192.0.2.1", "GET", "/v1/events", { query: "q=x" })).toBe(429);
  expect(await ask("192.0.2.1", "GET", "/v1/events")).toBe(200);
});

test("devices are counted by address, because each of their requests has another signature; organisers there are not", async () => {
  const { ask } = behindRules();
  const scan = (n: number, address: string, scheme = "Device") =>
    ask(address, "POST", "/v1/admin/check-ins", { token: `a.b.${n}`, scheme });
  const scanners = 15;
  expect(limitOf("Devices")).toBeGreaterThanOrEqual(60 * scanners);
  for (let n = 0; n < limitOf("Devices"); n++) expect(await scan(n, "192.0.2.1")).toBe(200);
  expect(await scan(-1, "192.0.2.1")).toBe(429);
  expect(await scan(-1, "192.0.2.2")).toBe(200);
  expect(await scan(-1, "192.0.2.1", "Bearer")).toBe(401);
});
