/** The bucket behind CloudFront: the built pages of web/dist. A path without a file is a route of the pages and gets index.html. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { checkoutHeaders, checkoutPaths, gatewaySources, pagesHeaders } from "#core/contract/headers.ts";
import { cardProviders } from "#core/contract/providers.ts";
import { link } from "#core/lib/config.ts";
import { compressed } from "./compress.ts";
import { decoded } from "./route-table.ts";
import type { Pages } from "./server.ts";

const root = fileURLToPath(new URL("../web/dist", import.meta.url));

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

const fileOf = (url: string): string | undefined => {
  const path = decoded(url.split("?", 1)[0] ?? "/");
  if (path === undefined || path.includes("\0")) return undefined;
  const file = normalize(join(root, path));
  if (file !== root && !file.startsWith(root + sep)) return undefined;
  if (existsSync(file) && statSync(file).isFile()) return file;
  const index = join(root, "index.html");
  return extname(path) === "" && existsSync(index) ? index : undefined;
};

/** A built file is small and requested often, so it is read and compressed once. */
const kept = new Map<string, { at: number; body: Buffer }>();

const bodyOf = (file: string): Buffer => {
  const at = statSync(file).mtimeMs;
  const known = kept.get(file);
  if (known?.at === at) return known.body;
  const body = readFileSync(file);
  kept.set(file, { at, body });
  return body;
};

const checkouts = checkoutPaths.map((path) => new RegExp(`^${path.replace("*", ".*")}$`));
const isCheckout = (url: string): boolean => checkouts.some((path) => path.test(url.split("?", 1)[0] ?? ""));

/** The payment gateway's emulator: its origin replaces the gateway's, and its script replaces the gateway's script. */
const emulator = (): { origin: string; script: string } | undefined => {
  const { payments } = link("Settings");
  if (payments === "none" || payments === "sandbox") return undefined;
  const origin = link(cardProviders[payments].link).url;
  return origin ? { origin, script: `${origin}/${payments}.js` } : undefined;
};

const sources = () => {
  const origin = emulator()?.origin;
  return origin ? { script: [origin], frame: [origin], connect: [origin] } : gatewaySources(link("Settings").payments);
};

/** Adds the emulator's script to the page's head. The built pages themselves contain nothing of the emulator. */
const withStandIn = (html: Buffer): Buffer => {
  const script = emulator()?.script;
  return script ? Buffer.from(String(html).replace("<script", `<script src="${script}"></script>$&`)) : html;
};

/** Serves a GET from web/dist, compressed as CloudFront does. Returns false if there is no such file: then the API answers 404. */
export const pages: Pages = async (request, response) => {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const file = fileOf(request.url ?? "/");
  if (!file) return false;
  const alone = isCheckout(request.url ?? "/");
  const hashed = file.includes(`${sep}assets${sep}`); // the name contains a hash of the content
  const plain = {
    status: 200,
    headers: {
      ...(alone ? checkoutHeaders(sources()) : pagesHeaders),
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "cache-control": hashed ? "public, max-age=31536000, immutable" : "no-cache",
    },
    body: alone ? withStandIn(bodyOf(file)) : bodyOf(file),
  };
  const { status, headers, body } = await compressed(plain, request.headers["accept-encoding"] as string | undefined);
  response.writeHead(status, { ...headers, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
  return true;
};
