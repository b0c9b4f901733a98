/** `GET /local/figures`: the metrics of the last minutes, for load tests and benchmarks. It does not exist on AWS. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Edge } from "../edge.ts";
import type { Journal } from "./journal.ts";

/** `?since=<epoch ms>`: only the metrics after it. */
export const figures =
  (journal: Journal, edge: Edge) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    const url = new URL(request.url ?? "/", "http://local");
    if (url.pathname !== "/local/figures" || request.method !== "GET") return false;
    const since = Number(url.searchParams.get("since") ?? 0);
    const metrics = journal.recent().filter((metric) => metric.at > since);
    const body = JSON.stringify({
      now: Date.now(),
      metrics,
      edge: { hits: edge.hits(), originCalls: edge.originCalls() },
    });
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(body);
    return true;
  };
