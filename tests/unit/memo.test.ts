import { expect, test } from "vitest";
import { memo, shared } from "#core/lib/memo.ts";

/** A load that ends when the test says so. */
const loads = () => {
  const begun: { end: (value: string) => void; fail: (error: Error) => void }[] = [];
  const load = () => new Promise<string>((end, fail) => begun.push({ end, fail }));
  return { begun, load };
};
const tick = () => new Promise((resolve) => setImmediate(resolve));

test("a caller during a load shares the next one, which begins after the call", async () => {
  const { begun, load } = loads();
  const get = shared<string>();
  const first = get("key", load);
  const rest = [get("key", load), get("key", load), get("key", load)];
  await tick();
  expect(begun).toHaveLength(1);
  begun[0]?.end("first");
  expect(await first).toBe("first");
  await tick();
  expect(begun).toHaveLength(2);
  begun[1]?.end("second");
  expect(await Promise.all(rest)).toEqual(["second", "second", "second"]);
  const last = get("key", load);
  begun[2]?.end("third");
  expect(await last).toBe("third"); // nothing is kept
});

test("a failed load fails for its callers, and the next begins", async () => {
  const { begun, load } = loads();
  const get = shared<string>();
  const first = get("key", load);
  const second = get("key", load);
  begun[0]?.fail(new Error("lost"));
  await expect(first).rejects.toThrow("lost");
  await tick();
  begun[1]?.end("found");
  expect(await second).toBe("found");
});

test("a load that never ends delays others for a second, and later ones not at all", async () => {
  const { begun, load } = loads();
  const get = shared<string>();
  get("key", load);
  const began = performance.now();
  const second = get("key", load);
  await expect.poll(() => begun.length, { timeout: 5_000 }).toBe(2);
  expect(performance.now() - began).toBeGreaterThan(900);
  begun[1]?.end("second");
  expect(await second).toBe("second");
  const third = get("key", load);
  begun[2]?.end("third");
  expect(await third).toBe("third");
});

test("a load that takes longer than its answer is kept is not started twice, but a hung one is", async () => {
  const { begun, load } = loads();
  const kept = memo<string>(10);
  const get = (now: number) => kept.get("key", { now, maxAge: 1_000 }, load);
  const first = [get(10_000), get(12_000), get(15_000)];
  expect(begun).toHaveLength(1);
  begun[0]?.end("late");
  expect(await Promise.all(first)).toEqual(["late", "late", "late"]);
  const second = get(15_001); // its answer is too old by now
  expect(begun).toHaveLength(2);
  const third = get(20_002);
  expect(begun).toHaveLength(3);
  begun[1]?.end("hung");
  begun[2]?.end("fresh");
  expect(await Promise.all([second, third])).toEqual(["hung", "fresh"]);
});

test("without an age a load under way is shared, even by requests of another time, and its value is not kept", async () => {
  const { begun, load } = loads();
  const kept = memo<string>(10);
  const get = (now: number) => kept.get("key", { now, maxAge: 0 }, load);
  const first = [get(10_000), get(10_004), get(9_996)];
  expect(begun).toHaveLength(1);
  begun[0]?.end("first");
  expect(await Promise.all(first)).toEqual(["first", "first", "first"]);
  const second = get(10_000);
  expect(begun).toHaveLength(2);
  begun[1]?.end("second");
  expect(await second).toBe("second");
});
