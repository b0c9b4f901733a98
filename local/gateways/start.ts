/**
 * An emulated payment gateway as a process of its own: `node local/gateways/start.ts <sandbox|stripe|toss>`, its options as JSON in
 * ONSALE_GATEWAY, because they contain its keys. Its first line of output is `{"url": …}`. It ends with its parent.
 */
import type { ProviderName } from "#core/lib/providers.ts";
import { endWithParent } from "#local/engines/end-with-parent.ts";
import { startSandbox } from "#local/sandbox/server.ts";
import { startStripe } from "#local/stripe/server.ts";
import { startToss } from "#local/toss/server.ts";

const starts = { sandbox: startSandbox, stripe: startStripe, toss: startToss } satisfies Record<ProviderName, unknown>;
const [, , name = ""] = process.argv;

const begin = starts[name as keyof typeof starts] as (
  options: object,
) => Promise<{ url: string; stop(): Promise<void> }>;
const gateway = await begin(JSON.parse(process.env.ONSALE_GATEWAY ?? "{}")).catch((error: Error) => {
  console.error(`The emulator of ${name} cannot start: ${error.message}`);
  process.exit(1);
});
console.log(JSON.stringify({ url: gateway.url }));
endWithParent(() => gateway.stop());
