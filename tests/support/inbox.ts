import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inject } from "vitest";

export type Email = {
  from: string;
  destination: { to: string[]; cc: string[]; bcc: string[] };
  subject: string;
  body: { text: string; html: string };
  attachments: { filename?: string; contentType: string; cid?: string; content: string }[];
};

/** Every e-mail that the run's SES has accepted. */
export const inbox = async (): Promise<Email[]> => {
  const reply = await fetch(`${inject("engines").ses.url}/store`);
  return ((await reply.json()) as { emails: Email[] }).emails;
};

export type Refusal = { status: number; type: string; message: string };

/** The run's SES behind a server that can answer in its place. */
export const refusingSes = async (refuse: (to: string) => Refusal | undefined) => {
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const body = await text(request);
    const refusal = refuse(JSON.parse(body).Destination.ToAddresses[0]);
    if (refusal) {
      const headers = { "content-type": "application/json", "x-amzn-errortype": refusal.type };
      response.writeHead(refusal.status, headers).end(JSON.stringify({ message: refusal.message }));
      return;
    }
    const headers = { "content-type": "application/json", authorization: "AWS4" };
    const taken = await fetch(inject("engines").ses.url + request.url, { method: "POST", headers, body });
    response.writeHead(taken.status, { "content-type": "application/json" }).end(await taken.text());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, close: () => server.close() };
};
