/** The common parts of the local runtime's engines, and how their processes start and end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export type Engine = {
  name: string;
  version: string;
  /** Its address, without a trailing slash. */
  url: string;
  /** Resolves with the exit code of its process; undefined if it has no process of its own. */
  ended?: Promise<number>;
  /** Resolves when the engine has ended. It can be called again. */
  stop(): Promise<void>;
};

/** A fault of the machine that a person can fix. It is shown as one sentence, without a stack. */
export class EngineError extends Error {
  override name = "EngineError";
}

/** Finds a free port of 127.0.0.1. Another process can take it before it is used. */
export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
};

/** Rejects if another process listens at this port. */
export const refuseTaken = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is taken" : `cannot be used (${error.code})`;
      reject(new EngineError(`Port ${port} ${why}. Choose another: npm start -- --port ${port + 1}`));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });

/**
 * A shell reads from a pipe of this process. When this process ends in any way, the pipe closes, and the shell sends SIGTERM to the
 * engine. An engine that is still running after five seconds is killed.
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
  /** Resolves with the exit code when it ends. */
  ended: Promise<number>;
  /** The last lines it wrote, for error messages. */
  tail(): string;
  stop(): Promise<void>;
};

/** Runs an engine in its own process group, so that Ctrl-C reaches this process first and engines stop in order. */
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
  child.stdin?.on("error", () => {}); // the engine has ended, which `ended` reports
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
 * Asks `probe` until it answers true. Throws an EngineError with the engine's last output if the engine ends first, or after `within` ms.
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
