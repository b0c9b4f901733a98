/**
 * Passwords: argon2id at OWASP's first recommendation (19 MiB, 2 passes, 1 lane; about 30 ms of one core), kept in the PHC string
 * format, so that each hash says its own cost and the cost can be raised later.
 */
import { argon2, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import * as Ids from "#core/lib/ids.ts";

/** `memory` in KiB. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
type Cost = typeof COST;

const derive = /* @__PURE__ */ promisify(argon2); // on libuv's pool: the event loop stays free

/**
 * Hashes at once in one process. A Lambda environment serves one request at a time; where one process serves everything, a spike of
 * sign-ins leaves a core to the rest, and threads of libuv's pool to the tokens that are verified there.
 */
const maxParallelHashes = Math.max(1, availableParallelism() - 1);
let running = 0;
const waiting: (() => void)[] = [];

const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running < maxParallelHashes) running++;
  else await new Promise<void>((resolve) => waiting.push(resolve)); // whoever ends hands its turn on
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
};

/** The same password typed on another system must give the same bytes (NIST SP 800-63B): Hangul comes composed or decomposed. */
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

/** A password's hash with a salt of its own. */
export const hash = async (password: string, cost: Cost = COST): Promise<string> => {
  const nonce = Ids.random(16);
  return encode(cost, nonce, await digest(password, nonce, cost));
};

/** What stands in for the hash of an account that does not exist: no password fits it, and trying costs the same. */
const NOBODY = encode(COST, Buffer.alloc(16), Buffer.alloc(32));

/** Whether the password fits; without a hash it does not, after the same work. */
export const matches = async (password: string, phc: string | undefined): Promise<boolean> => {
  const { cost, nonce, hash } = decode(phc ?? NOBODY);
  const given = await digest(password, nonce, cost);
  return timingSafeEqual(given, hash) && phc !== undefined;
};

/** Whether a hash was made at another cost than today's: the moment of a sign-in is the one to renew it. */
export const outdated = (phc: string): boolean => {
  const { memory, passes, parallelism } = decode(phc).cost;
  return memory !== COST.memory || passes !== COST.passes || parallelism !== COST.parallelism;
};
