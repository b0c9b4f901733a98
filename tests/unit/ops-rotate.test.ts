import { expect, test } from "vitest";
import { freshTicketKey, rotated, type Secret, type Step } from "#ops/rotate-key.ts";

const steps = (secret: Secret, value: string, names: Step[], fresh: () => string) =>
  names.reduce((before, step) => rotated(secret, { value: before, step, fresh: fresh() }), value);

test("a key is accepted before it signs, and forgotten last", () => {
  const value = (...names: Step[]) => steps("AccessKey", "old", names, () => "new");
  expect(value("accept")).toBe("old,new");
  expect(value("accept", "sign")).toBe("new,old");
  expect(value("accept", "sign", "drop")).toBe("new");
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

test.each<[Secret, string, Step, RegExp]>([
  ["AccessKey", "a", "sign", /begin with --step accept/],
  ["AccessKey", "a", "drop", /one key alone/],
  ["AccessKey", "a,b", "accept", /two keys already/],
  ["AccessKey", "a,b,c", "sign", /by hand/],
  ["TicketKey", '{"x":"1","d":"1"}', "sign", /begin with --step accept/],
  ["TicketKey", '{"x":"1","d":"1"}', "drop", /one key alone/],
  ["TicketKey", '[{"x":"1","d":"1"},{"x":"2","d":"2"}]', "drop", /waits to sign/],
  ["TicketKey", '[{"x":"1","d":"1"},{"x":"2","d":"2"}]', "accept", /waits already/],
])("a step that does not fit is refused: %s %s %s", (secret, value, step, why) => {
  expect(() => rotated(secret, { value, step, fresh: "{}" })).toThrow(why);
});
