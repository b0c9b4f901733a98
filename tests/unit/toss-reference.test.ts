import fc from "fast-check";
import { ulid } from "ulid";
import { expect, test } from "vitest";
import { fromOrderId, toOrderId } from "#core/gateway/toss-reference.ts";
import * as Ids from "#core/lib/ids.ts";

const ids = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => {
  let value = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let id = "";
  for (; id.length < 26; value /= 32n) id = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(Number(value % 32n)) + id;
  return id;
});
const attempts = fc
  .uint8Array({ minLength: 15, maxLength: 15 })
  .map((bytes) => Buffer.from(bytes).toString("base64url"));
const charges = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const references = fc.oneof(
  fc.tuple(ids, ids, attempts).map(([user, order, attempt]) => `usr_${user}.ord_${order}.${attempt}`),
  fc.tuple(ids, charges).map(([user, charge]) => `usr_${user}.wallet.${charge}`),
);

test("every reference is an orderId that Toss accepts, and is read back as it was", () => {
  fc.assert(
    fc.property(references, (reference) => {
      const orderId = toOrderId(reference);
      expect(orderId).toMatch(/^[A-Za-z0-9_-]{63,64}$/);
      expect(fromOrderId(orderId)).toBe(reference);
    }),
  );
});

test("an attempt has 63 characters, a wallet's charge 64", () => {
  const user = `usr_${ulid(1_700_000_000_000)}`;
  expect(toOrderId(`${user}.ord_${ulid()}.${Ids.derive("a").slice(0, 20)}`)).toHaveLength(63);
  expect(toOrderId(`${user}.wallet.${Ids.sha256("a")}`)).toHaveLength(64);
});

test("any other order, attempt or owner has another orderId", () => {
  const [user, order, attempt] = [ulid(), ulid(), "AAAAAAAAAAAAAAAAAAAA"];
  const one = toOrderId(`usr_${user}.ord_${order}.${attempt}`);
  for (const other of [
    `usr_${order}.ord_${user}.${attempt}`,
    `usr_${user}.ord_${ulid()}.${attempt}`,
    `usr_${user}.ord_${order}.AAAAAAAAAAAAAAAAAAAB`,
  ])
    expect(toOrderId(other)).not.toBe(one);
});

test("other texts have no orderId, and other orderIds no reference", () => {
  const reference = `usr_${ulid()}.ord_${ulid()}.AAAAAAAAAAAAAAAAAAAA`;
  const orderId = toOrderId(reference);
  expect(() => toOrderId(`${reference}B`)).toThrow();
  expect(() => toOrderId(`usr_8${ulid().slice(1)}.ord_${ulid()}.AAAAAAAAAAAAAAAAAAAA`)).toThrow();
  for (const other of ["a4CWyWY5m89PNh7xJwhk1", "", "AAAA"]) expect(fromOrderId(other)).toBeUndefined();
  // the last of 63 characters has two unused bits, and only one of its four spellings is ours
  const spellings = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    .map((last) => orderId.slice(0, -1) + last)
    .filter((spelling) => fromOrderId(spelling) === reference);
  expect(spellings).toEqual([orderId]);
  expect(fromOrderId(`${orderId}=`)).toBeUndefined();
});
