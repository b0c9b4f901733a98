/**
 * The Toss emulator as a process of its own: `node local/toss/start.ts [--port N] [--data DIR] [--answer MS]`, keys in ONSALE_TOSS_KEY
 * and ONSALE_TOSS_CLIENT_KEY, the shop's webhook with its secret path in ONSALE_TOSS_WEBHOOK_URL. Its first line of output is
 * `{"url": …}`. It ends with its parent: when its standard input or its IPC channel closes.
 */
import { parseArgs } from "node:util";
import { endWithParent } from "#local/engines/end-with-parent.ts";
import { startToss } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    data: { type: "string" },
    /** ms that every call takes. */
    answer: { type: "string", default: "0" },
  },
});
const {
  ONSALE_TOSS_KEY: secretKey = "",
  ONSALE_TOSS_CLIENT_KEY: clientKey = "",
  ONSALE_TOSS_WEBHOOK_URL: url,
} = process.env;

const toss = await startToss({
  secretKey,
  clientKey,
  port: Number(values.port),
  delays: { answer: Number(values.answer) },
  ...(values.data && { dataDir: values.data }),
  ...(url && { webhooks: { url } }),
}).catch((error: Error) => {
  console.error(`The Toss emulator cannot start: ${error.message}`);
  process.exit(1);
});
console.log(JSON.stringify({ url: toss.url }));
endWithParent(() => toss.stop());
