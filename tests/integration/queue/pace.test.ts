/** The line's movement: never above rate and capacity, at any frequency of polls, and no slot is kept for ever. */
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as Harness from "#tests/support/harness.ts";
import { anotherEnvironment, refusal, sale } from "#tests/support/sale.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

afterEach(() => {
  vi.useRealTimers();
});

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

describe("serving", () => {
  const frequencies = [
    { every: 0.01, forSeconds: 12 },
    { every: 0.03, forSeconds: 12 },
    { every: 0.25, forSeconds: 20 },
    { every: 1, forSeconds: 30 },
    { every: 4.9, forSeconds: 40 },
    { every: 60, forSeconds: 240 },
  ];
  test.each(frequencies)(
    "polled every $every s, grows at the rate and no faster",
    { timeout: 60_000 },
    async (pace) => {
      const rate = 7;
      const line = await sale(stage, { admitPerSecond: rate, maxActive: 100_000, opensIn: 0 });
      await Promise.all(upTo(150).map(() => line.visitor()));
      const first = (await line.status()).serving;
      const opened = line.clock.now;
      let before = { serving: first, at: line.clock.now };
      while (line.clock.now - opened < pace.forSeconds * 1000) {
        line.pass(pace.every);
        const { serving, issued } = await line.status();
        expect(serving).toBeGreaterThanOrEqual(before.serving);
        expect(serving).toBeLessThanOrEqual(issued);
        const elapsed = Math.min(5, (line.clock.now - before.at) / 1000);
        expect(serving - before.serving).toBeLessThanOrEqual(Math.floor(rate * elapsed) + 1);
        before = { serving, at: line.clock.now };
      }
      // whole visitors at the exact rate, without rounding losses
      const counted = pace.every <= 5 ? pace.forSeconds : (pace.forSeconds / pace.every) * 5;
      const due = Math.min(150, first + rate * counted);
      expect(Math.abs(before.serving - due)).toBeLessThanOrEqual(pace.every <= 5 ? rate * pace.every + 1 : rate);
    },
  );

  test("a rate of less than one visitor in five seconds still moves the line", async () => {
    const line = await sale(stage, { admitPerSecond: 0.1, opensIn: 0 });
    await line.visitors(5);
    for (let n = 0; n < 8; n++) {
      line.pass(5);
      await line.status();
    }
    expect((await line.status()).serving).toBe(4);
  });

  test("never calls more visitors than the capacity, claimed or not", async () => {
    const line = await sale(stage, { admitPerSecond: 100, maxActive: 5, claimSeconds: 600 });
    const visitors = await line.visitors(12);
    line.pass(5);
    expect((await line.status()).serving).toBe(5);
    const inside = visitors.slice(0, 3);
    for (const visitor of inside) await line.claim(visitor);
    line.pass(2);
    expect(await line.status()).toMatchObject({ serving: 5, active: 3 });
    for (const visitor of inside) await line.leave(visitor);
    line.pass(2);
    expect(await line.status()).toMatchObject({ serving: 8, active: 0 });
  });

  test("a clock that is behind another environment's moves nothing", async () => {
    const line = await sale(stage, { admitPerSecond: 1, opensIn: 0 });
    await line.visitors(10);
    line.pass(3);
    const { serving } = await line.status();
    for (let n = 0; n < 20; n++) {
      line.pass(n % 2 === 0 ? -2 : 2);
      expect((await line.status()).serving).toBe(serving);
    }
    expect(serving).toBe(3);
  });

  test("a clock that is ahead moves the line once; after that the line follows the time that passes", async () => {
    const line = await sale(stage, { admitPerSecond: 10, maxActive: 100_000, opensIn: 0 });
    await Promise.all(upTo(250).map(() => line.visitor()));
    vi.useFakeTimers({ toFake: ["performance"] });
    const poll = async (seconds: number) => {
      line.pass(seconds);
      vi.advanceTimersByTime(seconds * 1000);
      return line.status();
    };
    await poll(1);
    line.pass(30);
    const ahead = await line.status();
    line.pass(-30);
    anotherEnvironment();
    expect((await poll(1)).serving).toBe(ahead.serving); // that is how it learns where the line is
    let { serving } = ahead;
    for (let n = 0; n < 10; n++) serving = (await poll(1)).serving;
    // nine tenths of the pace, until real time has caught up
    expect(serving - ahead.serving).toBeGreaterThanOrEqual(88);
    expect(serving - ahead.serving).toBeLessThanOrEqual(90);
    for (let n = 0; n < 280; n++) await poll(1);
    expect(Date.parse((await poll(1)).asOf) - line.clock.now).toBeLessThanOrEqual(1_000);
  });

  test("an empty line saves no capacity: a crowd that comes later is called at the rate", async () => {
    const line = await sale(stage, { admitPerSecond: 2, maxActive: 1_000, opensIn: 0 });
    for (let n = 0; n < 30; n++) {
      line.pass(1);
      await line.status();
    }
    await Promise.all(upTo(40).map(() => line.visitor()));
    line.pass(1);
    expect((await line.status()).serving).toBeLessThanOrEqual(3);
  });
});

describe("called visitors", () => {
  test("who do not come lose their slot after claimSeconds", async () => {
    const line = await sale(stage, { admitPerSecond: 100, maxActive: 4, claimSeconds: 10 });
    await line.visitors(12);
    line.pass(1);
    expect((await line.status()).serving).toBe(4);
    line.pass(9);
    expect((await line.status()).serving).toBe(4);
    line.pass(1.1);
    expect((await line.status()).serving).toBe(8);
  });

  test("who come in time get their slot, however many others wait", async () => {
    const line = await sale(stage, { admitPerSecond: 100, maxActive: 3, claimSeconds: 30 });
    const visitors = await line.visitors(9);
    line.pass(1);
    await line.status();
    line.pass(25);
    await line.status();
    for (const visitor of visitors.slice(0, 3)) await line.claim(visitor);
    expect(await line.status()).toMatchObject({ active: 3, serving: 3 });
    const next = visitors[3];
    expect((await refusal(line.claim(next!))).extra).toMatchObject({ number: 4, serving: 3 });
  });

  test("who come late get the next free slot, and take no reserved one", async () => {
    const line = await sale(stage, { admitPerSecond: 100, maxActive: 2, claimSeconds: 10 });
    const [late, first, second, third, fourth, fifth] = await line.visitors(8);
    line.pass(1);
    await line.status(); // 1 and 2 are called
    await line.claim(first!);
    line.pass(11); // 1 has not come: 3 is called instead
    expect((await line.status()).serving).toBe(3);
    const refused = await refusal(line.claim(late!));
    expect(refused).toMatchObject({ name: "queue.not_yet", extra: { number: 1, serving: 3 } });
    expect(refused.headers["retry-after"]).toBe("3");
    await line.claim(second!); // 3 gets their slot
    line.pass(2);
    await line.leave(first!);
    // a slot is free, and the line leaves it to the late visitor who still asks
    expect((await line.status()).serving).toBe(3);
    await line.claim(late!);
    expect((await line.status()).active).toBe(2);
    await line.leave(second!);
    line.pass(1);
    expect((await line.status()).serving).toBe(4);
    await line.claim(third!);
    for (const visitor of [fourth, fifth]) expect((await refusal(line.claim(visitor!))).name).toBe("queue.not_yet");
  });

  test("who are late and never ask again block nobody", async () => {
    const line = await sale(stage, { admitPerSecond: 100, maxActive: 1, claimSeconds: 5 });
    const [late, first] = await line.visitors(6);
    line.pass(1);
    await line.status();
    line.pass(6);
    await line.status();
    await line.claim(first!);
    await refusal(line.claim(late!));
    await line.leave(first!);
    line.pass(11);
    await line.status();
    line.pass(1);
    expect((await line.status()).serving).toBeGreaterThanOrEqual(3);
  });
});

describe("an admission", () => {
  test("is the same one during its session, from every device and after every retry", async () => {
    const line = await sale(stage, { sessionSeconds: 60 });
    const visitor = await line.visitor();
    line.pass(1);
    const first = await line.claim(visitor);
    line.pass(30);
    anotherEnvironment();
    const again = await Promise.all(upTo(20).map(() => line.claim(visitor)));
    expect(new Set([first, ...again].map(({ admission }) => admission)).size).toBe(1);
    expect((await line.status()).active).toBe(1);
    expect(await line.join(visitor.userId)).toMatchObject({ number: visitor.number, fresh: false });
  });

  const ends: [string, (line: Awaited<ReturnType<typeof sale>>, visitor: { userId: string }) => Promise<unknown>][] = [
    ["leaving", (line, visitor) => line.leave(visitor)],
    ["expiry", async (line) => line.pass(61)],
  ];
  test.each(ends)(
    "ends by %s: the slot is free at once, the place is spent, and a new place is at the end of the line",
    async (_, end) => {
      const line = await sale(stage, { sessionSeconds: 60, maxActive: 2, admitPerSecond: 100 });
      const [visitor, ...others] = await line.visitors(4);
      line.pass(1);
      await line.claim(visitor!);
      await end(line, visitor!);
      expect((await refusal(line.claim(visitor!))).name).toBe("queue.place_spent");
      line.pass(1);
      const again = await line.join(visitor!.userId);
      expect(again).toMatchObject({ fresh: true });
      expect(again.number).toBeGreaterThan(Number(others.at(-1)?.number));
      expect((await line.join(visitor!.userId, visitor!.place)).number).toBe(again.number);
      expect((await refusal(line.claim(visitor!))).name).toBe("queue.place_spent");
      expect((await line.status()).active).toBe(0);
    },
  );

  test("each expires for itself", async () => {
    const line = await sale(stage, { sessionSeconds: 60 });
    const [first, second] = await line.visitors(2);
    line.pass(1);
    await line.claim(first!);
    line.pass(40);
    await line.status();
    await line.claim(second!);
    line.pass(25);
    expect((await line.status()).active).toBe(1);
    line.pass(40);
    expect((await line.status()).active).toBe(0);
  });

  test("two hundred claims at once admit as many visitors as were called", async () => {
    const line = await sale(stage, { maxActive: 30, admitPerSecond: 1_000 });
    const visitors = await Promise.all(upTo(100).map(() => line.visitor()));
    line.pass(1);
    await line.status();
    const claims = await Promise.allSettled([...visitors, ...visitors].map((visitor) => line.claim(visitor)));
    expect(claims.filter(({ status }) => status === "fulfilled")).toHaveLength(60); // each of 30 twice
    expect((await line.status()).active).toBe(30);
  });
});
