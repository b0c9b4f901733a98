/** What every engine of the local runtime has in common, and how its process is kept on a leash. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export type Engine = {
  name: string;
  version: string;
  /** Where it answers, without a trailing slash. */
  url: string;
  /** Exit code of its process, once that has ended; undefined where it has none of its own. */
  ended?: Promise<number>;
  /** Resolves once the engine is gone; calling it again is harmless. */
  stop(): Promise<void>;
};

/** A fault of the machine that a person mends: shown as one sentence, without a stack. */
export class EngineError extends Error {
  override name = "EngineError";
}

/** A port of 127.0.0.1 that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
};

/**
 * The shell holds the far end of a pipe to us. When we go, however we go, the pipe closes and the engine is told to stop; an engine
 * that does not listen is killed after five seconds.
 */
const leash = `
exec 3<&0
"$0" "$@" </dev/null 3<&- & child=$!
( read -r _ <&3; kill "$child"; sleep 5; kill -9 "$child" ) 2>/dev/null & watch=$!
trap '' INT TERM HUP
wait "$child"; code=$?
kill "$watch" 2>/dev/null
exit $code`;

export type Leashed = {
  /** The exit code, once it has ended. */
  ended: Promise<number>;
  /** The last lines it wrote, for error messages. */
  tail(): string;
  stop(): Promise<void>;
};

/** Runs an engine in a process group of its own, so that Ctrl-C reaches us first and engines stop in order. */
export const run = (command: string, args: string[], options: { cwd?: string } = {}): Leashed => {
  const child: ChildProcess = spawn("/bin/sh", ["-c", leash, command, ...args], {
    cwd: options.cwd,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let written = "";
  const keep = (chunk: Buffer) => {
    written = (written + chunk).slice(-4000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.stdin?.on("error", () => {}); // the pipe of an engine that died by itself: `ended` tells
  const ended = new Promise<number>((resolve) => {
    child.once("exit", (code) => resolve(code ?? 1));
    child.once("error", () => resolve(127));
  });
  return {
    ended,
    tail: () => written.trim().split("\n").slice(-6).join("\n"),
    stop: async () => {
      child.stdin?.end();
      await ended;
    },
  };
};

/**
 * Asks `probe` until it answers true. Throws an EngineError with the engine's last words if it ends first, or after `within` ms.
 */
export const untilReady = async (
  name: string,
  engine: Leashed,
  probe: () => Promise<boolean>,
  within = 30_000,
): Promise<void> => {
  let exit: number | undefined;
  engine.ended.then((code) => {
    exit = code;
  });
  const deadline = Date.now() + within;
  while (!(await probe().catch(() => false))) {
    if (exit !== undefined) throw new EngineError(`${name} ended with code ${exit}: ${engine.tail()}`);
    if (Date.now() > deadline) {
      await engine.stop();
      throw new EngineError(`${name} did not answer within ${within / 1000} s: ${engine.tail()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
