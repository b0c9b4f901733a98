/** A thread that only computes proofs of work; solver.ts sends it one token after another. */
import { parentPort } from "node:worker_threads";
import { solve } from "./solve.ts";

parentPort?.on("message", ({ token, difficulty }: { token: string; difficulty: number }) => {
  const before = process.threadCpuUsage();
  const answer = solve(token, difficulty);
  const { user, system } = process.threadCpuUsage(before);
  parentPort?.postMessage({ answer, ms: (user + system) / 1000 });
});
