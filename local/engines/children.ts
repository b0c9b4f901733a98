/** Parts of the runtime that are separate Node processes. They end when their channel to this process closes. */
import { type ChildProcess, fork } from "node:child_process";
import { EngineError } from "./engine.ts";

export type Child = {
  /** The message it sent when it was ready. */
  ready: Record<string, unknown>;
  pid: number;
  /** Resolves with the exit code when it ends. */
  ended: Promise<number>;
  stop(): Promise<void>;
};

export type ChildOptions = {
  name: string;
  module: string;
  args?: string[];
  env?: Record<string, string>;
  /** Receives its output. Without a log, the first line of output is its ready message. */
  log?: { fd: number; file: string };
  /** Receives progress messages from its channel: `{"say": …}`. */
  say?: (line: string) => void;
};

/** Starts a module and waits until it is ready: for the message `{"ready": …}`, or, without a log, for a first line of JSON. */
export const startChild = (options: ChildOptions): Promise<Child> =>
  new Promise((resolve, reject) => {
    const { name, module, args = [], env = {}, log } = options;
    const child = fork(module, args, {
      env: { ...process.env, ...env },
      // its own process group: Ctrl-C reaches the parent first, and everything stops in order
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

/** Sends SIGTERM, and SIGKILL after ten seconds. */
const stop = async (child: ChildProcess, ended: () => boolean, exit: Promise<number>): Promise<void> => {
  if (ended()) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  if (child.connected) child.disconnect();
  child.stdin?.end();
  await exit;
  clearTimeout(timer);
};
