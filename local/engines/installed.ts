/** The installed version of an npm package. */
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

export const installed = (name: string): string => {
  const manifest = findPackageJSON(name, import.meta.url);
  return manifest ? (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version : "";
};
