/** Makes an event on sale with a queue, for the first tour of a stage. */
import { Mistake, unlinked } from "./command.ts";
import { sampleEvent } from "./sample.ts";

const HELP = `Makes an event on sale with a queue, for the first tour of a stage. Needs ONSALE_PASSWORD, the organiser's.

  node ops/sample-event.ts --target URL --email ADDRESS

  --target URL     the stage
  --email ADDRESS  an organiser's
  --help           this text
`;

type Answer = { accessToken: string; eventId: string };

const post = async (url: string, body: object, token?: string): Promise<Answer> => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  }).catch((error: Error) => {
    throw new Mistake(`${url} does not answer: ${(error.cause as Error | undefined)?.message ?? error.message}`);
  });
  const text = await answer.text();
  if (!answer.ok) throw new Mistake(`POST ${url}: ${answer.status} ${text}`);
  return JSON.parse(text);
};

await unlinked({
  help: HELP,
  options: { target: { type: "string" }, email: { type: "string" } },
  run: async ({ target, email }) => {
    const password = process.env.ONSALE_PASSWORD;
    if (!target || !email || !password) throw new Mistake("Name --target and --email, and set ONSALE_PASSWORD.");
    const { accessToken } = await post(`${target}/v1/sessions`, { email, password });
    const { eventId } = await post(`${target}/v1/admin/events`, sampleEvent(Date.now()), accessToken);
    console.log(`${eventId} is on sale.`);
    return 0;
  },
});
