/** What a piece of work costs Redis and this process. */
import type { Redis } from "ioredis";
import type { Direct } from "./direct.ts";

type Marks = { calls: number; bytes: number; commands: number; redisCpu: number; nodeCpu: number; at: number };

export const number = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(text)?.[1] ?? 0);

/** Commands that scripts ran. The client's own command, one per request, is not included. */
const inside = (stats: string): number =>
  stats
    .split("\r\n")
    .filter(
      (line) =>
        line.startsWith("cmdstat_") && !/^cmdstat_(eval|script|info|config|client|hello|ping|command)/.test(line),
    )
    .reduce((sum, line) => sum + Number(/calls=(\d+)/.exec(line)?.[1] ?? 0), 0);

export const meter = (server: Redis, wire: Direct) => {
  const mark = async (): Promise<Marks> => {
    const [cpu, stats] = await Promise.all([server.info("cpu"), server.info("commandstats")]);
    const { user, system } = process.cpuUsage();
    return {
      ...wire.counts(),
      commands: inside(stats),
      redisCpu: (number(cpu, "used_cpu_user") + number(cpu, "used_cpu_sys")) * 1e6,
      nodeCpu: user + system,
      at: performance.now(),
    };
  };
  /** The cost of `work`, divided by `share`. CPU in µs. */
  return async (share: number, work: () => Promise<unknown>) => {
    const before = await mark();
    await work();
    const after = await mark();
    const per = (name: keyof Marks) => (after[name] - before[name]) / share;
    return {
      "Redis calls": per("calls"),
      "commands inside": per("commands"),
      bytes: per("bytes"),
      "Redis CPU µs": per("redisCpu"),
      "Node CPU µs": per("nodeCpu"),
      seconds: (after.at - before.at) / 1000,
    };
  };
};

export type Measured = Awaited<ReturnType<ReturnType<typeof meter>>>;
