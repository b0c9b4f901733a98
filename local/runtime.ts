/**
 * The handlers' process: the public address, the pollers, the log. local/start.ts starts it with a handler's environment. It ends when
 * the channel to its parent closes. Settings that handlers do not need come as arguments: port, data folder.
 */
import { join } from "node:path";
import { serviceNames } from "#core/contract/services.ts";
import { seed } from "#ops/seed/index.ts";
import { call } from "./api-gateway.ts";
import { createEdge } from "./edge.ts";
import { createFirewall } from "./firewall.ts";
import { countedAs, current, warm } from "./lambda.ts";
import { pages } from "./pages.ts";
import { createPollers } from "./pollers.ts";
import { serve } from "./server.ts";
import { startService } from "./service-process.ts";
import { dashboard } from "./watch/dashboard.ts";
import { figures } from "./watch/figures.ts";
import { openJournal } from "./watch/journal.ts";

const [port = "3000", dataDir = ".onsale"] = process.argv.slice(2);
const journal = openJournal(join(dataDir, "onsale.log"), current);
const tell = (message: object) => {
  if (process.connected) process.send?.(message);
};

const stopping: (() => Promise<unknown>)[] = [];
let ending = false;
const end = async (code: number) => {
  if (ending) return;
  ending = true;
  for (const stop of stopping.reverse()) await stop().catch((error) => console.error(String(error)));
  await journal.close();
  process.exit(code);
};
process.once("disconnect", () => end(0));
process.once("uncaughtException", (error) => {
  console.error(JSON.stringify({ level: "FATAL", message: "uncaught", error: error.stack }));
  end(1);
});

try {
  const accounts = startService("accounts");
  stopping.push(accounts.stop);
  await warm(serviceNames.filter((name) => name !== "accounts"));
  const pollers = await createPollers({ dataDir: join(dataDir, "streams") });
  stopping.push(() => pollers.stop());
  pollers.start();
  // The seed runs before the first request, because it hashes passwords. A load test makes its own data.
  // Its holds count in the metrics of orders. Otherwise the dashboard would show more paid than held.
  if (process.env.ONSALE_SEED !== "none") await countedAs("orders", () => seed({ say: (line) => tell({ say: line }) }));
  const cache = createEdge((request, matched) => call(request, matched, accounts.invoke));
  const edge = Number(process.env.ONSALE_FIREWALL ?? 0) === 0 ? cache : createFirewall(cache);
  const [shown, drawn] = [figures(journal, edge), dashboard(journal)];
  const server = await serve({
    port: Number(port),
    edge,
    pages: (request, response) => shown(request, response) || drawn(request, response) || pages(request, response),
  });
  stopping.push(() => server.stop());
  tell({ ready: { url: server.url } });
} catch (error) {
  tell({ failed: `The API could not start: ${error instanceof Error ? error.message : error}` });
  console.error(error);
  await end(1);
}
