/**
 * The sandbox gateway as a process of its own: `node local/sandbox/start.ts [--port N] [--data DIR]`, keys in ONSALE_SANDBOX_KEY and
 * ONSALE_WEBHOOK_KEY, the shop's webhook in ONSALE_WEBHOOK_URL. Its first line of output is `{"url": …}`. It ends with its parent:
 * when its standard input or its IPC channel closes.
 */
import { parseArgs } from "node:util";
import { endWithParent } from "#local/engines/end-with-parent.ts";
import { startSandbox } from "./server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, data: { type: "string" } } });
const { ONSALE_SANDBOX_KEY: key, ONSALE_WEBHOOK_KEY: webhookKey, ONSALE_WEBHOOK_URL: url } = process.env;

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const begin = () => {
  if (!key) return fail("ONSALE_SANDBOX_KEY is not set.");
  if (url && !webhookKey) return fail("ONSALE_WEBHOOK_URL is set, but ONSALE_WEBHOOK_KEY is not.");
  return startSandbox({
    key,
    port: Number(values.port),
    ...(values.data && { dataDir: values.data }),
    ...(url && webhookKey && { webhooks: { key: webhookKey, url } }),
  }).catch((error: Error) => fail(`The sandbox gateway cannot start: ${error.message}`));
};

const sandbox = await begin();
console.log(JSON.stringify({ url: sandbox.url }));
endWithParent(() => sandbox.stop());
