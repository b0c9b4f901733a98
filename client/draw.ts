/**
 * The draw, computed here so that nobody has to be trusted: lobby index → number, a Feistel network with cycle walking over
 * HMAC-SHA256, fixed by the seed (docs/fairness.md).
 */
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Whether the SHA-256 of the seed's 32 bytes is the commitment. */
export const fits = async (seed: string, commitment: string): Promise<boolean> =>
  hex(await crypto.subtle.digest("SHA-256", bytes(seed))) === commitment;

const keyOf = (seed: string) =>
  crypto.subtle.importKey("raw", bytes(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

const round = async (
  key: Awaited<ReturnType<typeof keyOf>>,
  r: number,
  lobby: number,
  right: number,
): Promise<number> => {
  const message = new DataView(new ArrayBuffer(9));
  message.setUint8(0, r);
  message.setUint32(1, lobby);
  message.setUint32(5, right);
  return new DataView(await crypto.subtle.sign("HMAC", key, message)).getUint32(0);
};

/** The number from 1 to `lobby` that lobby index `index` (from 1) has drawn. */
export const drawn = async (seed: string, lobby: number, index: number): Promise<number> => {
  const key = await keyOf(seed);
  let half = 1;
  while (4 ** half < lobby) half++;
  const mask = 2 ** half - 1;
  let x = index - 1;
  do {
    let [left, right] = [x >>> half, x & mask];
    for (let r = 0; r < 10; r++) [left, right] = [right, (left ^ (await round(key, r, lobby, right))) & mask];
    x = left * 2 ** half + right;
  } while (x >= lobby);
  return x + 1;
};
