/** The process that service-process.ts starts: it invokes the service that its argument names, and ends when its channel closes. */
import type { ServiceName } from "#core/contract/services.ts";
import { invoke, warm } from "./lambda.ts";

const service = process.argv[2] as ServiceName;

process.once("disconnect", () => process.exit(0));
process.on("message", async ({ id, event }: { id: number; event: unknown }) => {
  const outcome = await invoke(service, event).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }),
  );
  if (process.connected) process.send?.({ id, ...outcome });
});
await warm([service]);
