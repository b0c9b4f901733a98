/** The resources that the system's own processes use, from /proc; nothing on a system without it. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

export type Usage = {
  /** Seconds of CPU per second since the last sample. 1 is a whole core. */
  cpu: number;
  /** MB. */
  memory: number;
  /** Open files and sockets. */
  handles: number;
};

/** The usage at one moment (epoch ms), by the name of the process. */
export type Watched = { at: number; usage: Record<string, Usage> };

/** Linux counts CPU time in hundredths of a second. */
const TICKS = 100;

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it has ended
  }
};

const parents = (): Map<number, number> => {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(
      read(`/proc/${name}/stat`)
        .replace(/^.*\) /s, "")
        .split(" ")[1],
    );
    if (parent) found.set(Number(name), parent);
  }
  return found;
};

/** A process and all its descendants. */
const family = (pid: number): number[] => {
  const children = new Map<number, number[]>();
  for (const [child, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), child]);
  const all = [pid];
  for (const member of all) all.push(...(children.get(member) ?? []));
  return all;
};

const NAMES: [RegExp, string][] = [
  [/runtime\.ts/, "API and workers"],
  [/gateways\/start\.ts/, "payment gateway"],
  [/DynamoDBLocal/, "DynamoDB Local"],
  [/(redis|valkey)-server/, "Redis"],
  [/start\.ts/, "REST bridge, SQS, SES"],
  [/artillery/, "load generator"],
];

const nameOf = (pid: number): string | undefined => {
  const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
  const program = basename(command.split(" ")[0] ?? "");
  if (program === "sh") return undefined; // the shell that ends an engine with its parent
  return NAMES.find(([pattern]) => pattern.test(command))?.[1];
};

const ticks = (pid: number): number => {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
};

const memory = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;

const handles = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
};

/** Watches these processes and their descendants. Each call returns the usage by name since the last call. */
export const watch = (roots: () => (number | undefined)[]) => {
  const before = new Map<number, number>();
  let then = performance.now();
  return (): Record<string, Usage> => {
    if (process.platform !== "linux") return {};
    const at = performance.now();
    const passed = (at - then) / 1000;
    then = at;
    const usage: Record<string, Usage> = {};
    for (const pid of roots().flatMap((root) => (root ? family(root) : []))) {
      const name = nameOf(pid);
      if (!name) continue;
      const spent = ticks(pid);
      const cpu = (spent - (before.get(pid) ?? spent)) / TICKS / passed;
      before.set(pid, spent);
      const sum = usage[name] ?? { cpu: 0, memory: 0, handles: 0 };
      usage[name] = { cpu: sum.cpu + cpu, memory: sum.memory + memory(pid), handles: sum.handles + handles(pid) };
    }
    return usage;
  };
};
