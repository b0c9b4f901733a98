/** Any request gets an answer that the API's document allows, shows no internals, and has no effect if it is refused. */
import { beforeAll, expect, inject, test } from "vitest";
import type { RouteKey } from "#core/contract/routes.ts";
import { isLong } from "#tests/support/long.ts";
import { operations } from "./api.ts";
import { CONCURRENCY, type Report, run } from "./run.ts";
import { open, type World } from "./world.ts";

const REQUESTS = operations().length * (isLong ? 130 : 100);
/** Always the same, so that a failure comes from a change. `npm run fuzz` tries others. */
const SEED = 20_261_127;
/** ms. Other tests on the machine may delay an answer; `npm run fuzz` allows one second. */
const slowestMs = 5_000;

let world: World;
let report: Report;

beforeAll(async () => {
  world = await open(inject("engines"));
  report = await run(world, { requests: REQUESTS, seed: SEED, slow: 1_000 });
  const { slow, slowest } = report;
  console.log(`fuzz: seed ${SEED}, ${slow.length} answers over 1 s, the slowest ${Math.round(slowest)} ms`);
  return world.stop;
}, 300_000);

const codes = (key: string) => Object.keys(report.answers[key] ?? {});

/** What the routes answer whose success needs what is not here: an e-mail, a device with a passkey, a payment window. */
const instead: Partial<Record<RouteKey, string>> = {
  "POST /v1/accounts/password": "401 code.invalid",
  "POST /v1/accounts/verification": "401 code.invalid",
  "POST /v1/accounts/disown": "401 account.disown_invalid",
  "POST /v1/sessions/passkey": "401 passkey.invalid",
  "POST /v1/passkeys": "422 passkey.refused",
  "DELETE /v1/passkeys/{passkeyId}": "404 passkey.not_found",
  "DELETE /v1/me": "409 account.balance_left", // an erased visitor would be missing
  "POST /v1/orders/{orderId}/payment/form": "409 order.not_payable",
  "POST /v1/wallet/charges/form": "409 wallet.cards_off",
};

test(`of ${REQUESTS} requests, ${CONCURRENCY} at a time, each gets an answer that is allowed`, () => {
  const again = `npm run fuzz -- --seed ${SEED} --replay`;
  expect(report.violations.slice(0, 5).map((one) => ({ ...one, again: `${again} ${one.n}` }))).toEqual([]);
  expect(report.requests).toBe(REQUESTS);
});

test("every answer is fast, except where a password is hashed", () => {
  expect(report.slow.filter(({ ms }) => ms > slowestMs)).toEqual([]);
});

test("the requests reach every route, its successes and its refusals", () => {
  for (const { key, answers, route } of operations()) {
    const seen = codes(key);
    const given = [...answers.keys()].filter((status) => status < 300).map(String);
    given.push(instead[key] ?? "");
    expect([key, seen.some((code) => given.includes(code))]).toEqual([key, true]);
    // which bearers are refused is tested in auth-matrix; here that some are
    if (route.auth !== "public") expect([key, seen.some((code) => code.startsWith("401 "))]).toEqual([key, true]);
    if (route.body) expect([key, seen]).toEqual([key, expect.arrayContaining(["422 request.invalid"])]);
  }
  expect(report.wrote).toBeGreaterThan(REQUESTS / 20);
  expect(report.mutated).toBeGreaterThan(REQUESTS / 3);
});
