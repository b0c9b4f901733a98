/** aws-ses-v2-local: takes e-mails as SES would, and shows them on an inbox page. */
import { once } from "node:events";
import type { Server } from "node:http";
import serve from "aws-ses-v2-local";
import type { Engine } from "./engine.ts";
import { installed } from "./installed.ts";

/** Starts the mailbox in this process, or takes `ONSALE_SES_URL`. The inbox page is its `url`; `GET <url>/store` lists the e-mails. */
export const start = async (options: { port?: number } = {}): Promise<Engine> => {
  const given = process.env.ONSALE_SES_URL;
  if (given) return { name: "SES", version: "as given", url: given, stop: async () => {} };
  const server: Server = await serveAs({ host: "127.0.0.1", port: options.port ?? 0 });
  if (!server.listening) await once(server, "listening");
  return {
    name: "aws-ses-v2-local",
    version: installed("aws-ses-v2-local"),
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    stop: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
};

// A CommonJS default export reaches an ES module one level deeper than its types say.
const serveAs = ("default" in serve ? serve.default : serve) as typeof serve;
