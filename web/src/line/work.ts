/**
 * The proof of work of a place: a text that begins with the given token and whose SHA-256 begins with `difficulty` zero bits.
 * WebCrypto answers each hash asynchronously, which takes ten times as long, so the hash is implemented here (FIPS 180-4).
 */
const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: Math.floor(Math.sqrt(n)) - 1 }, (_, m) => n % (m + 2)).every(Boolean),
);
const fraction = (x: number): number => ((x % 1) * 2 ** 32) | 0;
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

const w = new Int32Array(64);

/** Adds one block of 64 bytes to `state`. */
const compress = (state: Int32Array, block: DataView): void => {
  for (let i = 0; i < 16; i++) w[i] = block.getInt32(4 * i);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, n) => {
    state[n] = (state[n] as number) + value;
  });
};

const BLOCK = 64;
const NONCE = 8;
/** Behind the nonce, its block has a bit and the length. */
const END = 9;

/** The answer: `2 ** difficulty` hashes on average, each of one block, for all blocks before the nonce's are always the same. */
export const solve = (token: string, difficulty: number): string => {
  const text = `${token}.`;
  const filled = text.length % BLOCK > BLOCK - NONCE - END ? BLOCK - (text.length % BLOCK) : 0;
  const head = new TextEncoder().encode(text + "0".repeat(filled));
  const kept = START.slice();
  const at = head.length - (head.length % BLOCK);
  for (let from = 0; from < at; from += BLOCK) compress(kept, new DataView(head.buffer, from, BLOCK));
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  const nonceAt = head.length - at;
  block.set(head.subarray(at));
  block[nonceAt + NONCE] = 0x80;
  view.setUint32(BLOCK - 4, 8 * (head.length + NONCE));
  const state = new Int32Array(8);
  for (let nonce = 0; ; nonce++) {
    for (let n = 0, rest = nonce; n < NONCE; n++, rest >>>= 4) block[nonceAt + n] = 97 + (rest & 15); // a … p
    state.set(kept);
    compress(state, view);
    if (Math.clz32(state[0] as number) >= difficulty)
      return new TextDecoder().decode(head) + String.fromCharCode(...block.subarray(nonceAt, nonceAt + NONCE));
  }
};
