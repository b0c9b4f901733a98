/** aws-ses-v2-local: takes e-mails as SES does, and shows them on an inbox page. */
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { appendFile, mkdir, rename } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import serve from "aws-ses-v2-local";
import { getStoreReadonly, saveEmail } from "aws-ses-v2-local/dist/store.js";
import type { Engine } from "./engine.ts";
import { installed } from "./installed.ts";

// A CommonJS default export reaches an ES module one level deeper than its types say.
const listen = ("default" in serve ? serve.default : serve) as typeof serve;

/**
 * Starts the mailbox in this process, or uses `ONSALE_SES_URL`. The inbox page is at `url`; `GET <url>/store` lists the e-mails.
 * E-mails are stored in `dataDir`, or in memory without it.
 */
export const start = async (options: { dataDir?: string; port?: number } = {}): Promise<Engine> => {
  const given = process.env.ONSALE_SES_URL;
  if (given) return { name: "SES", version: "as given", url: given, stop: async () => {} };
  const letGo = options.dataDir ? await keep(options.dataDir) : async () => {};
  const server: Server = await listen({ host: "127.0.0.1", port: options.port ?? 0 });
  if (!server.listening) await once(server, "listening");
  server.keepAliveTimeout = 60_000; // after Node's 5 s a client may send a request on a connection that is being closed
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

/** The number of e-mails that a restart restores at least, if there were as many. */
const minKept = 500;

type Email = ReturnType<typeof getStoreReadonly>["emails"][number];

/** The e-mails of a file, one a line. An incomplete line after a crash is skipped: losing one e-mail is acceptable in development. */
const read = (file: string): Email[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .flatMap((line) => {
          try {
            return [JSON.parse(line) as Email];
          } catch {
            return [];
          }
        })
    : [];

/**
 * Loads the stored e-mails and appends new ones each second. Returns the function that stops it. A full file becomes the older file and a
 * new one is begun, so that neither the work of a second nor the files grow without limit.
 */
const keep = async (dataDir: string): Promise<() => Promise<void>> => {
  const [file, older] = [join(dataDir, "inbox.jsonl"), join(dataDir, "inbox.older.jsonl")];
  await mkdir(dataDir, { recursive: true });
  const newest = read(file);
  for (const email of [...read(older), ...newest]) saveEmail(email);
  let kept = newest.length;
  let written = getStoreReadonly().emails.length;
  const write = async () => {
    const { emails } = getStoreReadonly();
    if (emails.length < written) written = 0; // somebody emptied the inbox
    const fresh = emails.slice(written);
    if (fresh.length === 0) return;
    if (kept >= minKept) {
      await rename(file, older);
      kept = 0;
    }
    await appendFile(file, fresh.map((email) => `${JSON.stringify(email)}\n`).join(""));
    written += fresh.length;
    kept += fresh.length;
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
