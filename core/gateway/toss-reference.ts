/**
 * A payment's `orderId` at Toss. Toss takes 6–64 characters of A–Z a–z 0–9 - _ = as an `orderId`. Our reference is longer, so its ids
 * are written as bytes. An order's attempt, `<user>.<order>.<attempt>`, has 16 + 16 + 15 bytes, 63 characters of base64url; a
 * wallet's charge, `<user>.wallet.<charge>`, 16 + 32 bytes, 64 characters. Each name has one reference and each reference one name.
 */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const ulid = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
const ATTEMPT = new RegExp(`^usr_(${ulid})\\.ord_(${ulid})\\.([\\w-]{20})$`);
const CHARGE = new RegExp(`^usr_(${ulid})\\.wallet\\.([0-9a-f]{64})$`);

const toBytes = (id: string): Buffer => {
  const value = [...id].reduce((sum, character) => sum * 32n + BigInt(ALPHABET.indexOf(character)), 0n);
  return Buffer.from(value.toString(16).padStart(32, "0"), "hex");
};

const toUlid = (bytes: Buffer): string => {
  let value = BigInt(`0x${bytes.toString("hex")}`);
  let id = "";
  for (; id.length < 26; value /= 32n) id = ALPHABET.charAt(Number(value % 32n)) + id;
  return id;
};

/** Toss's `orderId` for a reference of ours. */
export const toOrderId = (reference: string): string => {
  const [, user = "", order = "", attempt] = ATTEMPT.exec(reference) ?? [];
  if (attempt)
    return Buffer.concat([toBytes(user), toBytes(order), Buffer.from(attempt, "base64url")]).toString("base64url");
  const [, owner = "", charge] = CHARGE.exec(reference) ?? [];
  if (charge) return Buffer.concat([toBytes(owner), Buffer.from(charge, "hex")]).toString("base64url");
  throw new Error(`Toss has no name for ${reference}`);
};

/** Our reference of an `orderId`; undefined if we do not give such an `orderId`. */
export const fromOrderId = (orderId: string): string | undefined => {
  const bytes = Buffer.from(orderId, "base64url");
  if (bytes.toString("base64url") !== orderId) return undefined; // another spelling of the same bytes belongs to another payment
  if (bytes.length !== 47 && bytes.length !== 48) return undefined;
  const user = `usr_${toUlid(bytes.subarray(0, 16))}`;
  if (bytes.length === 48) return `${user}.wallet.${bytes.subarray(16).toString("hex")}`;
  return `${user}.ord_${toUlid(bytes.subarray(16, 32))}.${bytes.subarray(32).toString("base64url")}`;
};
