/** The public address: an HTTP server, the edge cache behind it, and API Gateway behind that. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { apiHeaders } from "#core/contract/headers.ts";
import { call, maxBodyBytes, tooLarge } from "./api-gateway.ts";
import { compressed } from "./compress.ts";
import { createEdge, type Edge } from "./edge.ts";
import { type HttpAnswer, own } from "./payload.ts";

/** Answers requests for pages. Returns whether it did. It must not read the body. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export type Server = {
  url: string;
  edge: Edge;
  /** Stops, and waits at most five seconds for requests in progress. */
  stop(): Promise<void>;
};

export type ServerOptions = {
  /** 0: any free one. */
  port?: number;
  /** Called first for paths outside /v1/. */
  pages?: Pages;
  edge?: Edge;
};

/** Listens on 127.0.0.1. Rejects with EADDRINUSE if the port is in use. */
export const serve = async ({ port = 0, pages, edge = createEdge(call) }: ServerOptions = {}): Promise<Server> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? "/";
    if (pages && !target.startsWith("/v1/") && (await pages(request, response))) return;
    const body = await bounded(request);
    if (body === TOO_LARGE) return refuse(request, response);
    const cut = target.indexOf("?");
    const result = await edge.fetch({
      method: request.method ?? "GET",
      path: cut < 0 ? target : target.slice(0, cut),
      query: cut < 0 ? "" : target.slice(cut + 1),
      headers: request.headers as Record<string, string>,
      viewer: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
      ...(body && { body }),
    });
    send(response, await compressed(result, request.headers["accept-encoding"] as string | undefined));
  };
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    answer(request, response).catch((error) => {
      if (request.destroyed && !request.complete) return; // the client went away
      console.error(JSON.stringify({ level: "ERROR", message: "api gateway", error: String(error?.stack ?? error) }));
      if (response.headersSent) response.destroy();
      else send(response, own(502, { message: "Bad Gateway" }));
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), 5_000);
    await closed;
    clearTimeout(timer);
  };
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, edge, stop };
};

const send = (response: ServerResponse, { status, headers, body }: HttpAnswer): void => {
  if (status !== 204 && status !== 304) headers = { ...headers, "content-length": String(body.length) };
  response.writeHead(status, { ...apiHeaders, ...headers });
  response.end(body);
};

const TOO_LARGE = Symbol("too large");

/** Reads the body: undefined if there is none, TOO_LARGE as soon as it exceeds the limit. */
const bounded = (
  request: IncomingMessage,
): Promise<Buffer | undefined | typeof TOO_LARGE> | undefined | typeof TOO_LARGE => {
  const announced = request.headers["content-length"];
  if (announced === undefined && request.headers["transfer-encoding"] === undefined) return undefined;
  if (Number(announced ?? 0) > maxBodyBytes) return TOO_LARGE;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBodyBytes) resolve(TOO_LARGE);
      else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    request.once("aborted", () => reject(new Error("aborted")));
  });
};

/** Answers at once, and closes the connection a second later, so that the client can read the answer. */
const refuse = (request: IncomingMessage, response: ServerResponse): void => {
  send(response, tooLarge());
  request.removeAllListeners("data");
  request.on("error", () => {});
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, 1_000).unref();
};
