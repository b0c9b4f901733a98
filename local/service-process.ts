/**
 * One service in a process of its own, as Lambda gives each service its own environments. This is for `accounts`: its password hashes take
 * whole cores, and must not delay the process that answers holds. The process has a lower priority and ends with this one. Its output
 * joins this process's, and so the log and the dashboard.
 */
import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ServiceName } from "#core/contract/services.ts";
import { type Invoke, invoke as invokeHere } from "./lambda.ts";

type Outcome = { id: number; result?: unknown; error?: string };
type Waiting = { resolve: (result: unknown) => void; reject: (error: Error) => void };

export type ServiceProcess = {
  /** Invokes this service in its process, and all others here. */
  invoke: Invoke;
  /** The id of the process that runs now. */
  pid: () => number | undefined;
  /** Ends the process. Call it when no invocation is in progress. */
  stop: () => Promise<void>;
};

const module = fileURLToPath(new URL("service-child.ts", import.meta.url));

/** Starts the process. If it dies, its invocations fail, and the next one starts it again, as with Lambda. */
export const startService = (service: ServiceName): ServiceProcess => {
  const waiting = new Map<number, Waiting>();
  let ids = 0;
  let child: ChildProcess | undefined;

  const settle = ({ id, result, error }: Outcome) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(result);
    else caller?.reject(new Error(error));
  };

  const died = (code: number | null, signal: string | null) => {
    child = undefined;
    const message = `The process of ${service} ended (${signal ?? `code ${code}`}). The next request starts it again.`;
    console.error(JSON.stringify({ level: "ERROR", message, timestamp: new Date().toISOString() }));
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };

  const start = (): ChildProcess => {
    const started = fork(module, [service], {
      // the name that the logger and the metrics write
      env: { ...process.env, POWERTOOLS_SERVICE_NAME: service },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    // at once, because Linux keeps a priority by thread: the threads that hash inherit it from the first one
    if (started.pid) setPriority(started.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    for (const stream of [started.stdout, started.stderr])
      if (stream) createInterface({ input: stream }).on("line", (line) => process.stdout.write(`${line}\n`));
    started.on("message", settle);
    started.once("exit", died).once("error", (error) => died(null, error.message));
    return started;
  };
  child = start();

  return {
    invoke: (name, event) => {
      if (name !== service) return invokeHere(name, event);
      child ??= start();
      const id = ++ids;
      const outcome = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.send({ id, event }, (error) => {
        if (error) settle({ id, error: String(error) });
      });
      return outcome;
    },
    pid: () => child?.pid,
    stop: async () => {
      const ending = child;
      if (!ending) return;
      const ended = new Promise((resolve) => ending.off("exit", died).once("exit", resolve));
      if (ending.connected) ending.disconnect();
      await ended;
    },
  };
};
