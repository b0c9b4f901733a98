/** A visitor arrives: with an account, or to sign up. */
import { randomUUID } from "node:crypto";
import { cpus } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { ask, type Context, type Events, PASSWORD } from "./hook.ts";

/** An access token is valid for 30 minutes. */
const freshMs = 20 * 60_000;

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let sampledAt = 0;
/** Artillery's workers, threads of one process, share the list, and each begins at its own part. */
const workers = Math.max(1, cpus().length - 1);
let next = -1;
let came = 0;

/** Gives the visitor an account, and records the delay of Artillery's event loop once a second. */
export async function visitor({ vars }: Context, events: Events): Promise<void> {
  if (Date.now() - sampledAt >= 1_000) {
    sampledAt = Date.now();
    events.emit("histogram", "generator.late", Math.max(0, delay.percentile(99) / 1e6 - 5));
    delay.reset();
  }
  Object.assign(vars, { cursor: "", byCard: vars.cardEvery > 0 && ++came % vars.cardEvery === 0 });
  if (!vars.accounts?.length) return;
  const { length } = vars.accounts;
  if (next < 0) next = Math.floor((((Number(process.env.LOCAL_WORKER_ID ?? 1) - 1) % workers) * length) / workers);
  Object.assign(vars, vars.accounts[next++ % length]);
  if (Date.now() - vars.madeAt < freshMs) return;
  const session = await ask("POST", `${vars.target}/v1/sessions/refresh`, { refreshToken: vars.refreshToken });
  vars.token = session.accessToken;
}

/** A visitor without an account, who will sign up. */
export async function newcomer({ vars }: Context): Promise<void> {
  Object.assign(vars, { email: `load-${randomUUID()}@onsale.test`, password: PASSWORD });
}
