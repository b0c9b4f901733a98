/** fauxqs: SQS with visibility, long polling, delays and redrive to dead-letter queues. */
import { mkdir } from "node:fs/promises";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import type { Engine } from "./engine.ts";
import { installed } from "./installed.ts";

export type SqsEngine = Engine & {
  /** What a queue holds (ready, delayed, in flight), without receiving it. */
  inspect: FauxqsServer["inspectQueue"];
};

/** Starts fauxqs in this process, or takes `ONSALE_SQS_URL`; queues and messages persist in `dataDir`, in memory without it. */
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
