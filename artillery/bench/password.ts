/**
 * `npm run bench:password`: the load of a sign-in spike at different costs of the password's hash, and by passkey. It makes 200 checks, 20
 * a second however long they take, as the scenario `signin` does. It runs the check alone: HTTP and tables take little time in comparison
 * with a hash.
 */
import { availableParallelism, cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import * as Password from "../../core/account/password.ts";
import * as WebAuthn from "../../core/account/webauthn.ts";
import { device, origin } from "../../tests/support/passkey.ts";

const USERS = 200;
const SECONDS = 10;
const PASSWORD = "a-visitor-of-a-load-test";

/** Memory in KiB. */
const COSTS = [
  { name: "7 MiB, 5 passes", memory: 7_168, passes: 5, parallelism: 1 },
  { name: "19 MiB, 2 passes (ours)", memory: 19_456, passes: 2, parallelism: 1 },
  { name: "46 MiB, 1 pass", memory: 47_104, passes: 1, parallelism: 1 },
  { name: "64 MiB, 3 passes", memory: 65_536, passes: 3, parallelism: 1 },
  { name: "256 MiB, 3 passes", memory: 262_144, passes: 3, parallelism: 1 },
];

const percentile = (times: number[], p: number): number =>
  Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length * p)] ?? 0);

const spike = async (check: (n: number) => Promise<unknown>) => {
  const before = process.cpuUsage();
  const times = await Promise.all(
    Array.from({ length: USERS }, async (_, n) => {
      await sleep((n * SECONDS * 1000) / USERS);
      const began = performance.now();
      if (!(await check(n))) throw new Error("A right answer was refused.");
      return performance.now() - began;
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return {
    "CPU ms each": Math.round((user + system) / 1000 / USERS),
    "p50 ms": percentile(times, 0.5),
    "p95 ms": percentile(times, 0.95),
    "sign-ins/s a core": Math.round((1e6 * USERS) / (user + system)),
  };
};

/** The signatures are made beforehand. */
const passkeyCheck = async () => {
  process.env.SST_RESOURCE_Settings = JSON.stringify({ publicUrl: origin });
  const phone = device({ algorithmIdentifiers: ["ES256"] });
  const user = { userId: "usr_bench", email: "bench@onsale.test", name: "A visitor" };
  const made = phone.create(WebAuthn.creationOptions({ challenge: "AAAA", user, known: [] }));
  const credential = { id: made.id, response: { ...made.response, transports: [] } };
  const passkey = await WebAuthn.verifyCreation(credential, { challenge: "AAAA", userId: user.userId });
  if (!passkey) throw new Error("The passkey was refused.");
  const signed = Array.from({ length: USERS }, () => phone.sign(WebAuthn.requestOptions("AAAA")));
  return async (n: number) => {
    const { id, response } = signed[n] as (typeof signed)[number];
    const counter = await WebAuthn.verifySignature(
      { id, response: { ...response, userHandle: response.userHandle ?? "" } },
      { challenge: "AAAA", passkey },
    );
    return counter !== undefined;
  };
};

console.log(`${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}, argon2id`);
console.log(`${USERS} sign-ins in ${SECONDS} s\n`);
const rows: Record<string, object> = {};
for (const { name, ...cost } of COSTS) {
  const hash = await Password.hash(PASSWORD, cost);
  rows[name] = await spike(() => Password.matches(PASSWORD, hash));
}
rows["passkey, ES256"] = await spike(await passkeyCheck());
console.table(rows);
