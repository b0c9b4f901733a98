/** fauxqs: SQS with visibility, long polling, delays and redrive to dead-letter queues. */
import { mkdir } from "node:fs/promises";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import type { Engine } from "./engine.ts";
import { installed } from "./installed.ts";

export type SqsEngine = Engine & {
  /** The messages of a queue (ready, delayed, in flight), without receiving them. */
  inspect: FauxqsServer["inspectQueue"];
};

/** Starts fauxqs in this process, or uses `ONSALE_SQS_URL`. Queues and messages are stored in `dataDir`, or in memory without it. */
export const start = async (options: { dataDir?: string; port?: number } = {}): Promise<SqsEngine> => {
  const given = process.env.ONSALE_SQS_URL;
  if (given) return { name: "SQS", version: "as given", url: given, inspect: () => undefined, stop: async () => {} };
  if (options.dataDir) await mkdir(options.dataDir, { recursive: true });
  const server = await startFauxqs({
    port: options.port ?? 0,
    logger: false,
    ...(options.dataDir && { dataDir: options.dataDir }),
  });
  let stopped: Promise<void> | undefined;
  return {
    name: "fauxqs (SQS)",
    version: installed("fauxqs"),
    url: `http://127.0.0.1:${server.port}`,
    inspect: (name) => server.inspectQueue(name),
    stop: () => {
      stopped ??= server.stop();
      return stopped;
    },
  };
};
