/** Parts of the runtime that are Node processes of their own. Their channel to us closes when we go, and they end with it. */
import { type ChildProcess, fork } from "node:child_process";
import { EngineError } from "./engine.ts";

export type Child = {
  /** What it said once it was ready. */
  ready: Record<string, unknown>;
  pid: number;
  /** Exit code, once it has ended. */
  ended: Promise<number>;
  stop(): Promise<void>;
};

export type ChildOptions = {
  name: string;
  module: string;
  args?: string[];
  env?: Record<string, string>;
  /** Takes what it writes. Without it, its first line of output is what it says when ready. */
  log?: { fd: number; file: string };
  /** What it tells on the way, over its channel: `{"say": …}`. */
  say?: (line: string) => void;
};

/** Starts a module and waits until it is ready: by a message `{"ready": …}`, or, without a log, by its first line, which is JSON. */
export const startChild = (options: ChildOptions): Promise<Child> =>
  new Promise((resolve, reject) => {
    const { name, module, args = [], env = {}, log } = options;
    const child = fork(module, args, {
      env: { ...process.env, ...env },
      // A process group of its own: Ctrl-C reaches us first, and everything stops in order.
      detached: true,
      stdio: ["pipe", log?.fd ?? "pipe", log?.fd ?? "pipe", "ipc"],
    });
    let ended = false;
    const exit = new Promise<number>((done) => {
      child.once("exit", (code) => {
        ended = true;
        done(code ?? 1);
      });
    });
    let written = "";
    const ready = (message: Record<string, unknown>) =>
      resolve({ ready: message, pid: child.pid ?? 0, ended: exit, stop: () => stop(child, () => ended, exit) });
    const listen = (chunk: Buffer) => {
      written = (written + chunk).slice(-4000);
      const line = /^(\{.*\})\n/.exec(written)?.[1];
      if (line) ready(JSON.parse(line));
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.on("message", (message: { ready?: Record<string, unknown>; say?: string; failed?: string }) => {
      if (message.say) options.say?.(message.say);
      if (message.failed) written = message.failed;
      if (message.ready) ready(message.ready);
    });
    child.once("error", (error) => reject(new EngineError(`${name} could not be started: ${error.message}`)));
    exit.then((code) => reject(new EngineError(written.trim() || `${name} ended with code ${code}. See ${log?.file}`)));
  });

/** Asks, and after ten seconds insists. */
const stop = async (child: ChildProcess, ended: () => boolean, exit: Promise<number>): Promise<void> => {
  if (ended()) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  if (child.connected) child.disconnect();
  child.stdin?.end();
  await exit;
  clearTimeout(timer);
};
