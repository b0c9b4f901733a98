/** Finds an engine's program: a binary on the PATH, a Debian package, or Docker. If there is none, it says how to install it. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { EngineError } from "./engine.ts";

/** The user's folder of downloaded engines. */
export const cacheDir = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "onsale");

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not here
  }
};

/** All of `names` on the PATH, in the order of `names`. */
const allOnPath = (...names: string[]): string[] =>
  names.flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, name))).filter(isExecutable);

/** The first of `names` on the PATH. */
export const onPath = (...names: string[]): string | undefined => allOnPath(...names)[0];

/** The command's output on either stream; undefined if it cannot run. */
export const output = (command: string, args: string[]): string | undefined => {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: 20_000 });
  return done.status === 0 ? `${done.stdout}${done.stderr}` : undefined;
};

export const hasDocker = (): boolean => output("docker", ["info", "--format", "{{.ServerVersion}}"]) !== undefined;

const isDebian = (): boolean =>
  existsSync("/etc/os-release") && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));

const policy = "/usr/sbin/policy-rc.d";

/**
 * Runs `install` while the distribution is told not to start services, so that a package installs its binary and starts nothing
 * (invoke-rc.d asks this file; 101 means "forbidden").
 */
const withoutServices = <T>(install: () => T): T => {
  if (existsSync(policy)) return install();
  writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return install();
  } finally {
    rmSync(policy, { force: true });
  }
};

const aptGet = (...args: string[]) =>
  spawnSync("apt-get", ["-qq", ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });

/** Installs a Debian package as root. Returns false if this is not root or it failed. `service`: a service that must not start at boot. */
const install = (name: string, service: string | undefined, say: (line: string) => void): boolean => {
  if (process.getuid?.() !== 0 || !isDebian() || !onPath("apt-get")) return false;
  say(`${name} is missing: installing it with apt-get (once)`);
  const get = () => aptGet("install", "-y", "--no-install-recommends", name).status === 0;
  const done = withoutServices(() => get() || (aptGet("update").status === 0 && get()));
  if (done && service) spawnSync("update-rc.d", [service, "disable"]); // it must not start at the next boot either
  return done;
};

type Wanted = {
  title: string;
  binaries: string[];
  works?: (command: string) => boolean;
  pkg: string;
  service?: string;
  brew: string;
};

/** A working binary, after installing its package if needed; undefined if there is none. */
export const findBinary = (what: Wanted, say: (line: string) => void): string | undefined => {
  const look = () => allOnPath(...what.binaries).find((command) => what.works?.(command) ?? true);
  return look() ?? (install(what.pkg, what.service, say) ? look() : undefined);
};

/** The command that installs it. */
export const installCommand = ({ pkg, brew }: Pick<Wanted, "pkg" | "brew">): string =>
  isDebian() ? `sudo apt-get install -y ${pkg}` : `brew install ${brew}`;

export type Found = { kind: "binary"; command: string } | { kind: "docker" };

/** A working binary, after installing its package if needed; else Docker; else an EngineError that names the command to install it. */
export const find = (what: Wanted, say: (line: string) => void): Found => {
  const command = findBinary(what, say);
  if (command) return { kind: "binary", command };
  if (hasDocker()) return { kind: "docker" };
  throw new EngineError(
    `${what.title} is missing, and Docker is not available either. Install it with: ${installCommand(what)}`,
  );
};
