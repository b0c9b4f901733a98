/** The common parts of the emulated gateways' servers. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Thrown instead of an answer: the connection is closed without one. */
export class Silence extends Error {}

export const read = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
};

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

type Serving = {
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;
  /** Makes the answer to a thrown error. */
  fail: (error: unknown, request: IncomingMessage, response: ServerResponse) => unknown;
  /** Resolves when the connection of a call without an answer is closed. */
  hang: () => Promise<unknown>;
};

/** On 127.0.0.1; `port` 0 is any free one. */
export const listen = async (port: number, { serve, fail, hang }: Serving) => {
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    try {
      await serve(request, response);
    } catch (error) {
      if (!(error instanceof Silence)) return fail(error, request, response);
      await hang();
      request.socket.destroy();
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A stand-in for a gateway's script, made from its TypeScript when it is first asked for. */
export const script = (source: URL): (() => Promise<string>) => {
  let made: Promise<string> | undefined;
  return () => {
    made ??= build({
      ...{ entryPoints: [fileURLToPath(source)], bundle: true, write: false },
      ...{ format: "iife", target: "es2022" },
    }).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
    return made;
  };
};
