/**
 * Passwords: argon2id at OWASP's first recommendation (19 MiB, 2 passes, 1 lane; about 30 ms of one core), stored in the PHC string
 * format. So each hash contains its cost, and the cost can be raised later.
 */
import { argon2, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import * as Ids from "#core/lib/ids.ts";

/** `memory` in KiB. */
const currentCost = { memory: 19_456, passes: 2, parallelism: 1 };
type Cost = typeof currentCost;

const derive = /* @__PURE__ */ promisify(argon2); // runs in libuv's pool, so the event loop stays free

/**
 * Hashes that run in parallel in one process; the others wait, and the first that came is the next. A Lambda environment serves one request
 * at a time. `npm start` serves all accounts in one process, which leaves one core to the others.
 */
const maxParallelHashes = Math.max(1, availableParallelism() - 1);
let running = 0;
const waiting: (() => void)[] = [];

const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running < maxParallelHashes) running++;
  else await new Promise<void>((resolve) => waiting.push(resolve)); // the hash that ends starts the next one
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
};

/** A password must give the same bytes on each system (NIST SP 800-63B). Systems send Hangul composed or decomposed, so it is normalised. */
const digest = (password: string, nonce: Buffer, cost: Cost): Promise<Buffer> =>
  inTurn(() => derive("argon2id", { message: Buffer.from(password.normalize("NFKC")), nonce, tagLength: 32, ...cost }));

const unpadded = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

const encode = ({ memory, passes, parallelism }: Cost, nonce: Buffer, hash: Buffer) =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(hash)}`;

const FORMAT = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const decode = (phc: string) => {
  const parts = FORMAT.exec(phc);
  if (!parts) throw new Error("A stored password hash is not in the PHC format.");
  const [, memory, passes, parallelism, nonce, hash] = parts as unknown as [string, ...string[]];
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    nonce: Buffer.from(nonce ?? "", "base64"),
    hash: Buffer.from(hash ?? "", "base64"),
  };
};

/** A password's hash, with its own salt. */
export const hash = async (password: string, cost: Cost = currentCost): Promise<string> => {
  const nonce = Ids.random(16);
  return encode(cost, nonce, await digest(password, nonce, cost));
};

/** Used if the account does not exist. No password matches it, and checking takes the same time. */
const noAccountHash = encode(currentCost, Buffer.alloc(16), Buffer.alloc(32));

/** Whether the password matches. Without a hash it does not, and the check takes the same time. */
export const matches = async (password: string, phc: string | undefined): Promise<boolean> => {
  const { cost, nonce, hash } = decode(phc ?? noAccountHash);
  const given = await digest(password, nonce, cost);
  return timingSafeEqual(given, hash) && phc !== undefined;
};

/** Whether a hash has another cost than the current one. It is renewed at the next sign-in, when the password is known. */
export const outdated = (phc: string): boolean => {
  const { memory, passes, parallelism } = decode(phc).cost;
  return memory !== currentCost.memory || passes !== currentCost.passes || parallelism !== currentCost.parallelism;
};
