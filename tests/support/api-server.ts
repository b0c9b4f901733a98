/** A local server that answers like the API, as a test says, and keeps the requests. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

export type Asked = { method: string; path: string; headers: IncomingHttpHeaders; body: unknown };

/** A status with a JSON body, or none, with the given headers; or a function of the response. */
export type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  | ((response: ServerResponse) => void);

export const serve = async (answer: (asked: Asked) => Answer) => {
  const asked: Asked[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const bytes = await buffer(request);
    const { method = "", url: path = "", headers } = request;
    const text = String(headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes);
    const one = { method, path, headers, body: text && JSON.parse(text) };
    asked.push(one);
    const reply = answer(one);
    if (typeof reply === "function") return reply(response);
    const type = reply.status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(reply.status, { "content-type": type, ...reply.headers });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { baseUrl: `http://127.0.0.1:${port}`, asked };
};
