/** Bundles a handler as `sst deploy` does: the options are those of SST's own runtime for Node. */
import { mkdir } from "node:fs/promises";
import { join, parse } from "node:path";
import { build, type Metafile } from "esbuild";

export type BuildInput = {
  functionID: string;
  /** `<file>.<export>` */
  handler: string;
  bundle?: string;
  /** What the function is linked to, as the CLI encrypts it into the bundle. */
  links?: Record<string, Record<string, unknown>>;
  encryptionKey?: string;
  properties?: { minify?: boolean; splitting?: boolean; banner?: string; format?: string } | null;
};

const banner = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  `const __filename = topLevelFileUrlToPath(import.meta.url)`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
].join("\n");

/** The answer of SST's CLI to `Runtime.Build`, and esbuild's list of inputs. */
export const bundle = async (
  input: BuildInput,
): Promise<{ handler: string; out: string; errors: string[]; sourcemaps: string[]; metafile?: Metafile }> => {
  if (input.bundle) return { handler: input.handler, out: input.bundle, errors: [], sourcemaps: [] };
  const { dir, name: file, ext } = parse(input.handler);
  const out = join(process.cwd(), ".sst/artifacts", `${input.functionID}-src`);
  await mkdir(out, { recursive: true });
  const minify = input.properties?.minify !== false;
  const { metafile } = await build({
    entryPoints: { [file]: join(dir, `${file}.ts`) },
    platform: "node",
    external: ["sharp", "pg-native"],
    keepNames: true,
    bundle: true,
    splitting: input.properties?.splitting ?? false,
    metafile: true,
    outdir: out,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    banner: { js: `${banner}\n${input.properties?.banner ?? ""}` },
    minifyWhitespace: minify,
    minifySyntax: minify,
    minifyIdentifiers: minify,
    logLevel: "silent",
  });
  return { handler: `${file}${ext}`, out, errors: [], sourcemaps: [], metafile };
};
