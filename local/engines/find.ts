/** Finds what an engine needs on this machine: a binary on the PATH, the distribution's package, Docker; or says the one command. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { EngineError } from "./engine.ts";

/** Where downloaded engines are kept, one a user. */
export const cacheDir = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "onsale");

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not here
  }
};

/** Every one of `names` that stands on the PATH, the first name's first. */
const allOnPath = (...names: string[]): string[] =>
  names.flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, name))).filter(isExecutable);

/** The first of `names` that stands on the PATH. */
export const onPath = (...names: string[]): string | undefined => allOnPath(...names)[0];

/** What the command says of itself, on either stream; undefined if it cannot run. */
export const output = (command: string, args: string[]): string | undefined => {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: 20_000 });
  return done.status === 0 ? `${done.stdout}${done.stderr}` : undefined;
};

export const hasDocker = (): boolean => output("docker", ["info", "--format", "{{.ServerVersion}}"]) !== undefined;

const isDebian = (): boolean =>
  existsSync("/etc/os-release") && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));

const policy = "/usr/sbin/policy-rc.d";

/**
 * Runs `install` while the distribution is told to start no service, so that a package leaves its binary and nothing that runs
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

/** Installs a Debian package as root, said in one line; false where that is not ours to do or did not work. `service`: kept off. */
const install = (name: string, service: string | undefined, say: (line: string) => void): boolean => {
  if (process.getuid?.() !== 0 || !isDebian() || !onPath("apt-get")) return false;
  say(`${name} is missing: installing it with apt-get (once)`);
  const get = () => aptGet("install", "-y", "--no-install-recommends", name).status === 0;
  const done = withoutServices(() => get() || (aptGet("update").status === 0 && get()));
  if (done && service) spawnSync("update-rc.d", [service, "disable"]); // not at the next boot either
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

/** A binary that works, after installing its package if need be; undefined where there is none. */
export const findBinary = (what: Wanted, say: (line: string) => void): string | undefined => {
  const look = () => allOnPath(...what.binaries).find((command) => what.works?.(command) ?? true);
  return look() ?? (install(what.pkg, what.service, say) ? look() : undefined);
};

/** The one command by which a person mends its absence. */
export const mend = ({ pkg, brew }: Pick<Wanted, "pkg" | "brew">): string =>
  isDebian() ? `sudo apt-get install -y ${pkg}` : `brew install ${brew}`;

export type Found = { kind: "binary"; command: string } | { kind: "docker" };

/** A binary, after installing its package if need be; else Docker; else an EngineError that names the one command. */
export const find = (what: Wanted, say: (line: string) => void): Found => {
  const command = findBinary(what, say);
  if (command) return { kind: "binary", command };
  if (hasDocker()) return { kind: "docker" };
  throw new EngineError(`${what.title} is missing, and Docker is not there to stand in. Mend it with: ${mend(what)}`);
};
