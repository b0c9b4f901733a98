/** Data that pages keep across tabs and reloads: attempts of a payment window, and scans without an answer. */
import { beforeEach, expect, test, vi } from "vitest";

const storage = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
};

beforeEach(() => {
  vi.stubGlobal("localStorage", storage());
  vi.stubGlobal("sessionStorage", storage());
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("location", { origin: "http://127.0.0.1:1" });
  vi.useRealTimers();
});

const signIn = (sub: string) =>
  localStorage.setItem("onsale:session", JSON.stringify({ accessToken: `h.${btoa(JSON.stringify({ sub }))}.s` }));

test("two windows of one order are two attempts, and each ends alone", async () => {
  const Attempt = await import("../../../web/src/order/attempt.ts");
  signIn("usr_1");
  Attempt.keep("ord_1", { key: "k1", reference: "r1" });
  Attempt.keep("ord_1", { key: "k2", reference: "r2" });
  expect(Attempt.attemptOf("ord_1", "r1")?.key).toBe("k1");
  expect(Attempt.attemptOf("ord_1")?.key).toBe("k2");
  Attempt.keep("ord_1", { key: "k1", reference: "r1", token: "pay" });
  expect(Attempt.attemptOf("ord_1")?.token).toBe("pay"); // a payment that can be sent comes first
  Attempt.drop("ord_1", "k1");
  expect(Attempt.attemptOf("ord_1")?.key).toBe("k2");
  expect(Attempt.attemptOf("ord_1", "r1")).toBeUndefined();
});

test("an attempt belongs to its account, and expires after an hour", async () => {
  const Attempt = await import("../../../web/src/order/attempt.ts");
  signIn("usr_1");
  Attempt.keep("charge", { key: "k1", reference: "r1", token: "pay" });
  signIn("usr_2");
  expect(Attempt.attemptOf("charge")).toBeUndefined();
  signIn("usr_1");
  expect(Attempt.attemptOf("charge")?.token).toBe("pay");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60 * 60_000 });
  expect(Attempt.attemptOf("charge")).toBeUndefined();
});

test("a ticket whose scan got no answer keeps its key, whatever is scanned between", async () => {
  const Unanswered = await import("../../../web/src/desk/unanswered.ts");
  const [one, other] = [
    { eventId: "evt_1", code: "a" },
    { eventId: "evt_1", code: "b" },
  ];
  const key = Unanswered.keyOf(one);
  expect(Unanswered.keyOf(other)).not.toBe(key);
  Unanswered.forget(other);
  expect(Unanswered.keyOf(one)).toBe(key);
  expect(Unanswered.keyOf({ ...one, eventId: "evt_2" })).not.toBe(key);
  Unanswered.forget(one);
  expect(Unanswered.keyOf(one)).not.toBe(key);
});
