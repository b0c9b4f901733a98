/** Makes an event on sale with a queue, for the first tour of a stage: `node ops/sample-event.ts --target URL --email ADDR`. */
import { parseArgs } from "node:util";
import { sampleEvent } from "./sample.ts";

const { values } = parseArgs({ options: { target: { type: "string" }, email: { type: "string" } } });
const password = process.env.ONSALE_PASSWORD;
if (!values.target || !values.email || !password)
  throw new Error("Name --target and --email, and set ONSALE_PASSWORD.");

const post = async (path: string, body: object, token?: string) => {
  const answer = await fetch(`${values.target}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as { accessToken: string; eventId: string };
};

const start = async (): Promise<void> => {
  const { target, email } = values;
  const password = process.env.ONSALE_PASSWORD;
  if (!target || !email || !password) throw new Error("Name --target and --email, and set ONSALE_PASSWORD.");
  const { accessToken } = await post("/v1/sessions", { email, password });
  const { eventId } = await post("/v1/admin/events", sampleEvent(Date.now()), accessToken);
  console.log(`${eventId} is on sale.`);
};

try {
  await start();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
