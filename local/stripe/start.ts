/**
 * The Stripe emulator as a process of its own: `node local/stripe/start.ts [--port N] [--data DIR] [--answer MS]`, keys in
 * ONSALE_STRIPE_KEY, ONSALE_STRIPE_PUBLISHABLE_KEY and ONSALE_STRIPE_WEBHOOK_SECRET, the shop's webhook in ONSALE_STRIPE_WEBHOOK_URL.
 * Its first line of output is `{"url": …}`. It ends with its parent: when its standard input or its IPC channel closes.
 */
import { parseArgs } from "node:util";
import { endWithParent } from "#local/engines/end-with-parent.ts";
import { startStripe } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    data: { type: "string" },
    /** ms that every call takes. */
    answer: { type: "string", default: "0" },
  },
});
const { ONSALE_STRIPE_KEY: key = "", ONSALE_STRIPE_PUBLISHABLE_KEY: publishableKey = "" } = process.env;
const { ONSALE_STRIPE_WEBHOOK_SECRET: secret, ONSALE_STRIPE_WEBHOOK_URL: url } = process.env;

const stripe = await startStripe({
  key,
  publishableKey,
  port: Number(values.port),
  delays: { answer: Number(values.answer) },
  ...(values.data && { dataDir: values.data }),
  ...(url && secret && { webhooks: { secret, url } }),
}).catch((error: Error) => {
  console.error(`The Stripe emulator cannot start: ${error.message}`);
  process.exit(1);
});
console.log(JSON.stringify({ url: stripe.url }));
endWithParent(() => stripe.stop());
