/** The lobby and the line: one place per visitor, in the order in which they came, for its owner alone. */
import { beforeAll, describe, expect, test } from "vitest";
import { sign } from "#core/lib/tokens.ts";
import * as Harness from "#tests/support/harness.ts";
import { anotherEnvironment, refusal, sale, someone } from "#tests/support/sale.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

const payload = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const ascending = (numbers: (number | null)[]) => numbers.toSorted((a, b) => Number(a) - Number(b));

describe("in the lobby", () => {
  test("a visitor has a place without a number, and reads its index", async () => {
    const lobby = await sale(stage, { opensIn: 60 });
    const first = await lobby.visitor();
    const second = await lobby.visitor();
    expect(first).toMatchObject({ phase: "lobby", number: null, fresh: true });
    expect(payload(first.place)).toMatchObject({ sub: first.userId, evt: lobby.eventId, idx: 1 });
    expect(payload(second.place)).toMatchObject({ idx: 2 });
    expect(await lobby.status()).toMatchObject({ phase: "lobby", lobby: 2, issued: 0, serving: 0 });
  });

  test("nobody is admitted before the opening", async () => {
    const lobby = await sale(stage, { opensIn: 60 });
    const error = await refusal(lobby.claim(await lobby.visitor()));
    expect(error).toMatchObject({ name: "queue.not_yet", extra: { number: null, serving: 0 } });
    expect(Number(error.headers["retry-after"])).toBe(12);
  });

  test("a lobby place stays valid after the opening, with the drawn number", async () => {
    const lobby = await sale(stage, { opensIn: 5 });
    const visitors = await lobby.visitors(7);
    lobby.pass(6);
    const drawn = await Promise.all(visitors.map(({ userId }) => lobby.join(userId)));
    expect(ascending(drawn.map(({ number }) => number))).toEqual(upTo(7));
    expect(drawn.every(({ fresh, phase }) => !fresh && phase === "line")).toBe(true);
    lobby.pass(1);
    for (const visitor of visitors) await lobby.claim(visitor);
  });

  test("a visitor who comes after the opening is behind everyone from the lobby", async () => {
    const lobby = await sale(stage, { opensIn: 5 });
    await lobby.visitors(4);
    lobby.pass(6);
    expect((await lobby.visitor()).number).toBe(5);
    expect((await lobby.visitor()).number).toBe(6);
  });

  test("an opening that is moved later keeps the lobby open and every place in it", async () => {
    const lobby = await sale(stage, { opensIn: 5 });
    const [early] = await lobby.visitors(2);
    const admin = await stage.user({ roles: ["admin"] });
    const salesOpenAt = new Date(lobby.clock.now + 600_000).toISOString();
    const patched = await stage.call("PATCH /v1/admin/events/{eventId}", {
      params: { eventId: lobby.eventId },
      token: admin.token,
      body: { salesOpenAt },
    });
    expect(patched.status).toBe(200);
    lobby.pass(6);
    expect(await lobby.status()).toMatchObject({ phase: "lobby", lobby: 2, opensAt: salesOpenAt });
    expect(await lobby.visitor()).toMatchObject({ phase: "lobby", number: null });
    expect(await lobby.join(early?.userId ?? "")).toMatchObject({ fresh: false, number: null });
  });
});

describe("in line", () => {
  test("two hundred who join at once get the numbers 1 to 200, each once", async () => {
    const line = await sale(stage);
    const places = await Promise.all(upTo(200).map(() => line.visitor()));
    expect(ascending(places.map(({ number }) => number))).toEqual(upTo(200));
  });

  test("a visitor who has joined before another begins to is ahead of them", async () => {
    const line = await sale(stage);
    let last = 0;
    for (let wave = 0; wave < 5; wave++) {
      const numbers = await Promise.all(upTo(40).map(async () => Number((await line.visitor()).number)));
      expect(Math.min(...numbers)).toBe(last + 1);
      last = Math.max(...numbers);
    }
    expect(last).toBe(200);
  });

  test("joining fifty times at once gives one place: a refresh, a second device, a retried request", async () => {
    const line = await sale(stage);
    await line.visitor();
    const userId = someone();
    const places = await Promise.all(upTo(50).map(() => line.join(userId)));
    expect(new Set(places.map(({ number }) => number))).toEqual(new Set([2]));
    expect(places.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect((await line.visitor()).number).toBe(3);
  });

  test("visitors who come one by one, however slowly, get consecutive numbers", async () => {
    const line = await sale(stage);
    const numbers = [];
    for (const seconds of [0, 1, 10, 600, 3, 5, 0, 4_000]) {
      line.pass(seconds);
      numbers.push((await line.visitor()).number);
    }
    expect(numbers).toEqual(upTo(8));
  });

  test("separate environments give no number twice", async () => {
    const line = await sale(stage);
    const numbers = [];
    for (let n = 0; n < 30; n++) {
      anotherEnvironment();
      numbers.push((await line.visitor()).number);
    }
    expect(numbers).toEqual(upTo(30));
  });
});

describe("a place", () => {
  test("of another account, event or kind is refused", async () => {
    const line = await sale(stage);
    const other = await sale(stage);
    const mine = await line.visitor();
    const theirs = await line.visitor();
    const elsewhere = await other.join(mine.userId);
    line.pass(1);
    const claim = (place: string) => refusal(line.claim({ userId: mine.userId, place }));
    expect((await claim(theirs.place)).name).toBe("queue.place_foreign");
    expect((await claim(elsewhere.place)).name).toBe("queue.place_invalid");
    const { admission } = await line.claim(mine);
    expect((await claim(admission)).name).toBe("queue.place_invalid");
    expect((await claim(`${mine.place}x`)).name).toBe("queue.place_invalid");
    const forged = sign("access", { sub: mine.userId, evt: line.eventId, num: 1 });
    expect((await claim(forged)).name).toBe("queue.place_invalid");
    expect((await refusal(line.join(mine.userId, theirs.place))).name).toBe("queue.place_foreign");
  });

  test("is answered 201 when it is new and 200 when it existed, to its owner alone", async () => {
    const line = await sale(stage);
    const user = await stage.user();
    const join = () =>
      stage.call("POST /v1/events/{eventId}/queue/places", {
        params: { eventId: line.eventId },
        token: user.token,
        body: {},
      });
    const [first, again] = [await join(), await join()];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.number).toBe(first.body.number);
    expect(first.headers["cache-control"]).toBe("private, no-store");
  });
});

describe("the organiser", () => {
  const patch = async (eventId: string, body: object) => {
    const admin = await stage.user({ roles: ["admin"] });
    const reply = await stage.call("PATCH /v1/admin/events/{eventId}", {
      params: { eventId },
      token: admin.token,
      body,
    });
    expect(reply.status).toBe(200);
  };

  test("pauses the sale within five seconds: visitors still join, nobody is called or admitted", async () => {
    const line = await sale(stage, { admitPerSecond: 1 });
    const [first, second] = await line.visitors(3);
    await line.status();
    await patch(line.eventId, { status: "paused" });
    line.pass(4.5);
    const before = await line.status();
    expect(before.phase).toBe("paused");
    line.pass(60);
    expect((await line.status()).serving).toBe(before.serving);
    expect((await refusal(line.claim(first!))).name).toBe("queue.not_yet");
    expect((await line.visitor()).phase).toBe("paused");
    await patch(line.eventId, { status: "onsale" });
    line.pass(5);
    // the pause is not made up for: the line continues at its rate
    expect((await line.status()).serving).toBeLessThanOrEqual(before.serving + 5);
    line.pass(1);
    await line.claim(first!);
    line.pass(2);
    await line.claim(second!);
  });

  test("closes the sale: nobody joins or is admitted any more", async () => {
    const line = await sale(stage);
    const visitor = await line.visitor();
    await patch(line.eventId, { status: "closed" });
    line.pass(5);
    expect((await line.status()).phase).toBe("closed");
    expect((await refusal(line.claim(visitor))).name).toBe("queue.closed");
    expect((await refusal(line.visitor())).name).toBe("queue.closed");
  });

  test("changes the rate within five seconds", async () => {
    const line = await sale(stage, { admitPerSecond: 1, maxActive: 1_000 });
    await line.visitors(60);
    await line.status();
    await patch(line.eventId, { queue: { admitPerSecond: 20 } });
    line.pass(4.5);
    await line.status();
    const { serving } = await line.status();
    line.pass(1);
    expect((await line.status()).serving).toBe(serving + 20);
  });
});

test("an event without a queue says so, and one that does not exist is not found", async () => {
  const { eventId } = await stage.event();
  const { token } = await stage.user();
  const params = { eventId };
  const calls = [
    await stage.call("GET /v1/events/{eventId}/queue", { params }),
    await stage.call("POST /v1/events/{eventId}/queue/places", { params, token, body: {} }),
    await stage.call("DELETE /v1/events/{eventId}/queue/admissions", { params, token }),
  ];
  expect(calls.map(({ status, body }) => [status, body.code])).toEqual(calls.map(() => [404, "queue.disabled"]));
  const nowhere = { eventId: "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV" };
  const missing = await stage.call("GET /v1/events/{eventId}/queue", { params: nowhere });
  expect([missing.status, missing.body.code]).toEqual([404, "event.not_found"]);
});
