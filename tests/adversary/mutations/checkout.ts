/** A copy of the checkout to break: its files, with a link to its packages. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { broken, type Edit } from "./mutation.ts";

const copied = [
  "client",
  "core",
  "functions",
  "ops",
  "local",
  "artillery",
  "stacks",
  "tests",
  "web",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
];

export type Checkout = {
  folder: string;
  /** Applies a breakage; the returned function reverts it. */
  apply(edit: Edit): () => void;
  remove(): void;
};

/** `root`: the checkout, which is not changed. */
export const copy = (root: string): Checkout => {
  const folder = mkdtempSync(join(tmpdir(), "onsale-mutants-"));
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...copied], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  for (const file of listed.split("\n").filter(Boolean))
    if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    apply: (edit) => {
      const file = join(folder, edit.file);
      const source = readFileSync(file, "utf8");
      writeFileSync(file, broken(source, edit));
      return () => writeFileSync(file, source);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
