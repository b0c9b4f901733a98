import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { failuresKey } from "#core/account/account.table.ts";
import * as Password from "#core/account/password.ts";
import * as Throttle from "#core/account/throttle.ts";

test("a hash has its cost and a salt of its own, and fits only its password", async () => {
  const [one, two] = await Promise.all([Password.hash("correct horse"), Password.hash("correct horse")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await Password.matches("correct horse", one)).toBe(true);
  expect(await Password.matches("correct horsf", one)).toBe(false);
});

test("without an account no password fits, not even one that hashes to the stand-in", async () => {
  expect(await Password.matches("", undefined)).toBe(false);
});

test("a password in composed or decomposed Hangul is the same password", async () => {
  const hash = await Password.hash("비밀번호는비밀".normalize("NFD"));
  expect(await Password.matches("비밀번호는비밀".normalize("NFC"), hash)).toBe(true);
});

test("a hash with another cost still fits, and is due for renewal", async () => {
  const cheap = await Password.hash("correct horse", { memory: 8_192, passes: 1, parallelism: 1 });
  expect(await Password.matches("correct horse", cheap)).toBe(true);
  expect(Password.outdated(cheap)).toBe(true);
  expect(Password.outdated(await Password.hash("correct horse"))).toBe(false);
});

test("a try at an unknown account takes as much work as one at a known account", { retry: 2 }, async () => {
  const hash = await Password.hash("correct horse");
  const cost = async (phc: string | undefined) => {
    const times: number[] = [];
    for (let n = 0; n < 7; n++) {
      const started = performance.now();
      await Password.matches("wrong", phc);
      times.push(performance.now() - started);
    }
    return Math.min(...times);
  };
  const [known, unknown] = [await cost(hash), await cost(undefined)];
  expect(unknown / known).toBeGreaterThan(0.5);
  expect(unknown / known).toBeLessThan(2);
});

test("hashes run first come, first served, also those that come while others run", async () => {
  const cheap = { memory: 1_024, passes: 1, parallelism: 1 };
  const ended: number[] = [];
  const hash = async (n: number) => {
    await Password.hash("correct horse", cheap);
    ended.push(n);
    if (n < 10) late.push(hash(n + 100));
  };
  const late: Promise<void>[] = [];
  await Promise.all(Array.from({ length: 40 }, (_, n) => hash(n)));
  await Promise.all(late);
  // as many run at once as there are cores but one, so that neighbours may end in another order
  const atOnce = Math.max(1, availableParallelism() - 1);
  for (const [place, n] of ended.entries()) {
    const turn = n < 100 ? n : n - 60;
    expect(Math.abs(place - turn)).toBeLessThan(atOnce * 2);
  }
});

test("hashing leaves the event loop free", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await Promise.all(Array.from({ length: 4 }, () => Password.hash("correct horse")));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
});

test.each([
  ["198.51.100.7", "198.51.100.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::9", "2001:db8:0:0::/64"],
  ["[::1]", "0:0:0:0::/64"],
  ["unknown", "unknown"],
])("failures from %s count for %s", (viewer, network) => {
  expect(Throttle.address(viewer).Key).toEqual(failuresKey(`address:${network}`));
});
