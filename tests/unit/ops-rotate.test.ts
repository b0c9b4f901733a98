import { expect, test } from "vitest";
import { freshTicketKey, rotated, type Secret, type Step, secrets } from "#ops/rotate-key.ts";

const steps = (secret: Secret, value: string, names: Step[], fresh: () => string) =>
  names.reduce((before, step) => rotated(secret, { value: before, step, fresh: fresh() }), value);

const shared = secrets.filter((secret) => secret !== "TicketKey");

test.each(shared)(
  "a key of %s is accepted before it signs, and forgotten last, in this round and the next",
  (secret) => {
    const value = (...names: Step[]) => steps(secret, "old", names, () => "new");
    expect(value("accept")).toBe("old,r1-new");
    expect(value("accept", "sign")).toBe("r1-new,old");
    expect(value("accept", "sign", "drop")).toBe("r1-new");
    const round = ["accept", "sign", "drop"] as const;
    expect(value(...round, "accept")).toBe("r1-new,r2-new");
    expect(value(...round, ...round)).toBe("r2-new");
  },
);

/** What was done, what is tried next, and what it says. */
const outOfOrder: [Step[], Step, RegExp][] = [
  [[], "sign", /begin with --step accept/],
  [[], "drop", /begin with --step accept/],
  [["accept"], "accept", /go on with --step sign/],
  [["accept"], "drop", /go on with --step sign/],
  [["accept", "sign"], "sign", /go on with --step drop/],
  [["accept", "sign", "drop"], "sign", /begin with --step accept/],
  [["accept", "sign", "drop"], "drop", /begin with --step accept/],
];

test.each(
  secrets.flatMap((secret) => outOfOrder.map(([done, step, why]) => [secret, done.join(", "), step, why] as const)),
)("%s after “%s” refuses %s and names the next step", (secret, done, step, why) => {
  const [first, fresh] =
    secret === "TicketKey" ? [freshTicketKey(), freshTicketKey] : ["a".repeat(64), () => "b".repeat(64)];
  for (const round of [[], ["accept", "sign", "drop"]] as Step[][]) {
    const value = steps(secret, first, [...round, ...(done.split(", ").filter(Boolean) as Step[])], fresh);
    expect(() => rotated(secret, { value, step, fresh: fresh() })).toThrow(why);
  }
});

test("a shared secret takes no third key", () => {
  const value = steps("AccessKey", "old", ["accept", "sign"], () => "new");
  expect(() => rotated("AccessKey", { value, step: "accept", fresh: "newer" })).toThrow(/go on with --step drop/);
});

test("a ticket's key that signs no more stays, without what signs, until its last event is over", () => {
  const first = freshTicketKey();
  const value = (...names: Step[]) => JSON.parse(steps("TicketKey", first, names, freshTicketKey));
  const has = (jwks: { d?: string }[]) => jwks.map(({ d }) => d !== undefined);
  expect(has(value("accept"))).toEqual([true, true]);
  expect(value("accept")[0]).toEqual(JSON.parse(first));
  const signed = value("accept", "sign");
  expect(has(signed)).toEqual([true, false]);
  expect(signed[1].x).toBe(JSON.parse(first).x);
  expect(has(value("accept", "sign", "accept", "sign"))).toEqual([true, false, false]);
  // the oldest goes
  const twice = value("accept", "sign", "accept", "sign");
  expect(JSON.parse(rotated("TicketKey", { value: JSON.stringify(twice), step: "drop", fresh: "" }))).toEqual(
    twice.slice(0, 2),
  );
});

test.each<[string, Step]>([
  ["a,b", "sign"],
  ["r1-a,r1-b", "drop"],
  ["a,r1-b,r2-c", "sign"],
])("two keys that were set by hand, or more, are left to whom set them: %s %s", (value, step) => {
  expect(() => rotated("AccessKey", { value, step, fresh: "c" })).toThrow(/by hand/);
});
