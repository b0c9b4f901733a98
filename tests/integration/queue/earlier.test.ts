/** Faults of earlier queues, each with a test that it cannot happen here. */
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as Queue from "#core/queue/index.ts";
import { type Bridge, startBridge } from "#local/engines/redis-bridge.ts";
import * as Harness from "#tests/support/harness.ts";
import { redisOf, refusal, sale } from "#tests/support/sale.ts";

let stage: Harness.Stage;
let bridge: Bridge;
beforeAll(async () => {
  bridge = await startBridge({ redisUrl: inject("engines").redis.redisUrl, token: "earlier" });
  stage = await Harness.stage({ redis: { url: bridge.url, token: "earlier" } });
  return () => bridge.stop();
});

describe("faults of earlier queues", () => {
  test("a refreshed page keeps its visitor's place", async () => {
    const line = await sale(stage);
    const visitor = await line.visitor();
    await line.visitors(5);
    for (let refresh = 0; refresh < 5; refresh++) expect((await line.join(visitor.userId)).number).toBe(visitor.number);
  });

  test("a visitor who waits for an hour without polling keeps the place", async () => {
    const line = await sale(stage, { admitPerSecond: 100, maxActive: 1, sessionSeconds: 10, claimSeconds: 10 });
    const [first, last] = await line.visitors(2);
    line.pass(1);
    await line.claim(first!);
    // for an hour the visitor inside comes back again and again, and the other one does not poll
    line.pass(3_600);
    expect((await line.join(last!.userId)).number).toBe(last!.number);
    await line.status();
    await line.claim(last!);
  });

  test("a crash between waiting and entering loses no visitor", async () => {
    const line = await sale(stage);
    const visitor = await line.visitor();
    line.pass(1);
    await line.status();
    const { redis, close } = redisOf(line.eventId);
    const commands: string[] = [];
    const monitor = await redis.monitor();
    monitor.on("monitor", (_time: string, args: string[], source: string) => {
      if (source !== "lua" && args.join(" ").includes(line.eventId)) commands.push(String(args[0]).toLowerCase());
    });
    const before = bridge.requests();
    await line.claim(visitor);
    expect(bridge.requests() - before).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // everything that a claim changes is changed by one script, which Redis runs whole or not at all
    expect(commands.filter((name) => !name.startsWith("eval"))).toEqual([]);
    monitor.disconnect();
    close();
  });

  test("two callers at once admit a visitor once", async () => {
    const line = await sale(stage, { admitPerSecond: 5, maxActive: 100, opensIn: 0 });
    await line.visitors(50);
    line.pass(2);
    const seen = await Promise.all(Array.from({ length: 40 }, () => line.status()));
    expect(Math.max(...seen.map(({ serving }) => serving))).toBe(10);
  });

  test("an earlier visitor has fewer visitors ahead", async () => {
    const line = await sale(stage, { admitPerSecond: 1, maxActive: 1 });
    const visitors = await line.visitors(6);
    line.pass(1);
    const { serving } = await line.status();
    const waits = visitors.map(({ number }) => Number(number) - serving);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  });

  test("nobody can delete another user's place", async () => {
    const line = await sale(stage, { admitPerSecond: 100 });
    const [victim, other] = await line.visitors(2);
    line.pass(1);
    await line.claim(victim!);
    await line.leave(other!);
    expect((await line.status()).active).toBe(1);
    await line.claim(victim!);
    const params = { eventId: line.eventId };
    const anonymous = await stage.call("DELETE /v1/events/{eventId}/queue/admissions", { params });
    expect(anonymous.status).toBe(401);
  });

  test("each admission has an expiry of its own", async () => {
    const line = await sale(stage, { admitPerSecond: 100, sessionSeconds: 30 });
    const visitors = await line.visitors(3);
    for (const visitor of visitors) {
      line.pass(10);
      await line.status();
      await line.claim(visitor);
    }
    line.pass(15);
    expect((await line.status()).active).toBe(2);
    line.pass(10);
    expect((await line.status()).active).toBe(1);
  });

  test("visitors are admitted continuously, not once a minute", async () => {
    const line = await sale(stage, { admitPerSecond: 2, maxActive: 1_000, opensIn: 0 });
    await Promise.all(Array.from({ length: 60 }, () => line.visitor()));
    let before = 0;
    for (let second = 0; second < 20; second++) {
      line.pass(1);
      const { serving } = await line.status();
      expect(serving - before).toBe(2);
      before = serving;
    }
  });

  test("the number of visitors inside is limited", async () => {
    const line = await sale(stage, { admitPerSecond: 1_000, maxActive: 7 });
    const visitors = await Promise.all(Array.from({ length: 40 }, () => line.visitor()));
    for (let second = 0; second < 15; second++) {
      line.pass(1);
      await line.status();
      await Promise.allSettled(visitors.map((visitor) => line.claim(visitor)));
      expect((await line.status()).active).toBeLessThanOrEqual(7);
    }
    expect((await line.status()).active).toBe(7);
  });

  test("queue tokens belong to one user", async () => {
    const line = await sale(stage, { admitPerSecond: 100 });
    const [mine, theirs] = await line.visitors(2);
    line.pass(1);
    const stolen = { userId: mine!.userId, place: theirs!.place };
    expect((await refusal(line.claim(stolen))).name).toBe("queue.place_foreign");
    const { admission: token } = await line.claim(theirs!);
    const shown = { token, eventId: line.eventId, now: line.clock.now };
    const borrowed = async () => Queue.admitted({ ...shown, userId: mine!.userId });
    expect((await refusal(borrowed())).name).toBe("queue.admission_required");
    expect(Queue.admitted({ ...shown, userId: theirs!.userId })).toEqual({ issuedAt: line.clock.now });
  });

  test("a repeated request keeps the visitor's number", async () => {
    const line = await sale(stage);
    const visitor = await line.visitor();
    await line.visitors(3);
    const again = await Promise.all(Array.from({ length: 20 }, () => line.join(visitor.userId, visitor.place)));
    expect(new Set(again.map(({ number }) => number))).toEqual(new Set([visitor.number]));
  });

  test("visitors who never come do not block the checkout", async () => {
    const line = await sale(stage, { admitPerSecond: 100, maxActive: 3, claimSeconds: 5, sessionSeconds: 20 });
    const visitors = await line.visitors(12);
    line.pass(1);
    await line.status();
    await line.claim(visitors[0]!); // who then closes the page; two others never come
    for (let second = 0; second < 60; second++) {
      line.pass(1);
      await line.status();
    }
    expect((await line.status()).serving).toBe(12);
  });
});
