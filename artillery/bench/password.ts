/**
 * `npm run bench:password`: the load of a sign-in spike at different costs of the password's hash. It makes 200 checks, 20 a second
 * however long they take, as the scenario `signin` does. It runs the hash alone: HTTP and tables take little time in comparison.
 */
import { availableParallelism, cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import * as Password from "../../core/account/password.ts";

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

const spike = async (hash: string) => {
  const before = process.cpuUsage();
  const times = await Promise.all(
    Array.from({ length: USERS }, async (_, n) => {
      await sleep((n * SECONDS * 1000) / USERS);
      const began = performance.now();
      await Password.matches(PASSWORD, hash);
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

console.log(`${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}, argon2id`);
console.log(`${USERS} sign-ins in ${SECONDS} s\n`);
const rows: Record<string, object> = {};
for (const { name, ...cost } of COSTS) rows[name] = await spike(await Password.hash(PASSWORD, cost));
console.table(rows);
