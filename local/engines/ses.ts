/** aws-ses-v2-local: takes e-mails as SES would, and shows them on an inbox page. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import serve from "aws-ses-v2-local";
import { getStoreReadonly, saveEmail } from "aws-ses-v2-local/dist/store.js";
import type { Engine } from "./engine.ts";
import { installed } from "./installed.ts";

// A CommonJS default export reaches an ES module one level deeper than its types say.
const listen = ("default" in serve ? serve.default : serve) as typeof serve;

/**
 * Starts the mailbox in this process, or takes `ONSALE_SES_URL`. The inbox page is its `url`; `GET <url>/store` lists the e-mails.
 * They are kept in `dataDir`, in memory without it.
 */
export const start = async (options: { dataDir?: string; port?: number } = {}): Promise<Engine> => {
  const given = process.env.ONSALE_SES_URL;
  if (given) return { name: "SES", version: "as given", url: given, stop: async () => {} };
  const letGo = options.dataDir ? await keep(options.dataDir) : async () => {};
  const server: Server = await listen({ host: "127.0.0.1", port: options.port ?? 0 });
  if (!server.listening) await once(server, "listening");
  return {
    name: "aws-ses-v2-local",
    version: installed("aws-ses-v2-local"),
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    stop: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      await letGo();
    },
  };
};

/** How many e-mails a restart brings back. */
const MOST = 500;

/** Loads the kept e-mails and writes them down again each second in which some came; answers how to stop doing so. */
const keep = async (dataDir: string): Promise<() => Promise<void>> => {
  const file = join(dataDir, "inbox.json");
  await mkdir(dataDir, { recursive: true });
  try {
    for (const email of JSON.parse(readFileSync(file, "utf8"))) saveEmail(email);
  } catch {
    // none yet, or torn by a crash: an inbox of a development machine may begin anew
  }
  const { emails } = getStoreReadonly();
  let written = emails.at(-1)?.messageId;
  const write = async () => {
    const now = getStoreReadonly().emails;
    if (now.at(-1)?.messageId === written) return;
    written = now.at(-1)?.messageId;
    await writeFile(`${file}.new`, JSON.stringify(now.slice(-MOST)));
    await rename(`${file}.new`, file);
  };
  let writing = Promise.resolve();
  const timer = setInterval(() => {
    writing = writing.then(write).catch(() => {});
  }, 1_000);
  return async () => {
    clearInterval(timer);
    await writing;
    await write();
  };
};
