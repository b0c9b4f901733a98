import { beforeAll, expect, test } from "vitest";
import * as Webhook from "#core/gateway/sandbox-webhook.ts";
import { signature } from "#local/sandbox/webhooks.ts";

const key = "k".repeat(64);
const now = Date.UTC(2026, 10, 21, 9, 0, 0);
const payload = {
  type: "payment.authorised",
  paymentId: "pay_1",
  reference: "usr_1.ord_1.att_1",
  status: "authorised",
  amount: 20_000,
  currency: "KRW",
  createdAt: "2026-11-21T09:00:00.000Z",
};
const body = JSON.stringify(payload);

beforeAll(() => {
  process.env.SST_RESOURCE_WebhookKey = JSON.stringify({ value: key });
  process.env.SST_RESOURCE_App ??= JSON.stringify({ name: "onsale", stage: "test" });
});

const verify = (text: string, header: string | undefined, at = now) =>
  Webhook.verify({ headers: { "onsale-signature": header }, raw: Buffer.from(text), now: at });

test("a webhook signed with our key gives its payload", () => {
  expect(verify(body, signature(key, body, now))).toEqual(payload);
});

test("a provider may add fields", () => {
  const more = JSON.stringify({ ...payload, mood: "good" });
  expect(verify(more, signature(key, more, now))).toEqual(payload);
});

const right = signature(key, body, now);
test.each([
  ["no signature", undefined],
  ["an empty one", ""],
  ["another key's", signature("x".repeat(64), body, now)],
  ["another body's", signature(key, `${body} `, now)],
  ["another time's", right.replace(/t=\d+/, `t=${now / 1000 + 1}`)],
  ["a cut one", right.slice(0, -2)],
  ["no hex", right.replace(/v1=.*/, `v1=${"z".repeat(64)}`)],
  ["two of them", `${right},${right}`],
])("the signature is refused: %s", (_, header) => {
  expect(() => verify(body, header)).toThrow(expect.objectContaining({ name: "webhook.bad_signature" }));
});

test("a signature is valid for five minutes around its time, and no longer", () => {
  const tolerance = 5 * 60_000;
  expect(verify(body, right, now + tolerance)).toEqual(payload);
  expect(verify(body, right, now - tolerance)).toEqual(payload);
  for (const at of [now + tolerance + 1, now - tolerance - 1])
    expect(() => verify(body, right, at)).toThrow(expect.objectContaining({ name: "webhook.bad_signature" }));
});

test("an unsigned body is not parsed", () => {
  expect(() => verify("{", right)).toThrow(expect.objectContaining({ name: "webhook.bad_signature" }));
});

test.each([
  ["{", "request.malformed"],
  ["null", "request.invalid"],
  ["[]", "request.invalid"],
  [JSON.stringify({ ...payload, amount: -1 }), "request.invalid"],
  [JSON.stringify({ ...payload, amount: "20000" }), "request.invalid"],
  [JSON.stringify({ ...payload, type: "payment.loved" }), "request.invalid"],
  [JSON.stringify({ ...payload, reference: "" }), "request.invalid"],
])("a signed body that is no payload gets another error than a forged one: %s", (text, code) => {
  expect(() => verify(text, signature(key, text, now))).toThrow(expect.objectContaining({ name: code }));
});
