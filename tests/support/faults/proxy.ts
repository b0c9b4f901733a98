/** An HTTP proxy on a port of 127.0.0.1 with faults: it can delay or drop a request, or lose its answer. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request as send } from "node:http";

export type Request = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
export type Answer = { status: number; body: string };
/** Forwards the request, and returns the answer. */
export type Forward = () => Promise<Answer>;
/** Undefined: the connection is closed without an answer. */
export type Meet = (request: Request, forward: Forward) => Promise<Answer | undefined>;

const forward = (target: URL, { method, path, headers, body }: Request): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { connection: _, "transfer-encoding": __, ...rest } = headers;
    const options = { hostname: target.hostname, port: target.port, path, method };
    const call = send({ ...options, headers: { ...rest, "content-length": Buffer.byteLength(body) } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 502, body: text }));
    });
    call.once("error", reject);
    call.end(body);
  });

export const startProxy = async (target: string, meet: Meet) => {
  const to = new URL(target);
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    try {
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      const { method = "GET", url: path = "/", headers } = request;
      const asked = { method, path, headers, body };
      const answer = await meet(asked, () => forward(to, asked));
      if (!answer) return request.socket.destroy();
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    } catch {
      request.socket.destroy(); // the target is not reachable
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    /** Closes kept-alive connections, as a firewall does after a long idle time. */
    cut: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
