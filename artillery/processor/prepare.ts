/** Before the clock starts: an event, and the visitors' accounts. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, type Context, PASSWORD, type Vars } from "./hook.ts";
import { addPasskey } from "./passkey.ts";

/** The edge allows one address 1,200 new accounts a minute. */
const accountsPerSecond = 18;

/** Finds an event on sale, unless `eventId` is given, and signs up the visitors, unless their accounts come from a CSV file. */
export async function prepare({ vars }: Context): Promise<void> {
  if (vars.queue !== undefined) vars.eventId ??= await findEvent(vars);
  if (vars.plan) vars.rows = await rowsOf(vars);
  if (vars.token === undefined) vars.accounts = await signUp(vars);
}

const isRight = ({ status, sections, ...event }: Vars, queue: boolean): boolean =>
  status === "onsale" && event.queue.enabled === queue && sections.some(({ kind }: Vars) => kind === "seated");

const findEvent = async ({ target, queue }: Vars): Promise<string> => {
  for (let cursor = ""; ; ) {
    const { items, next } = await ask("GET", `${target}/v1/events?limit=50${cursor}`);
    const found = items.find((event: Vars) => isRight(event, queue));
    if (found) return found.eventId;
    if (!next)
      throw new Error(
        `No event ${queue ? "with" : "without"} a queue is on sale. Name one: --variables '{"eventId":"…"}'`,
      );
    cursor = `&cursor=${next}`;
  }
};

/** The seats of each section, row by row. */
const rowsOf = async ({ target, eventId }: Vars): Promise<Record<string, string[][]>> => {
  const { zones } = await ask("GET", `${target}/v1/events/${eventId}/plan`);
  const names = ({ seats }: Vars): string[] => seats.map(({ seat_guid: name }: Vars) => name);
  return Object.fromEntries(zones.map((zone: Vars) => [zone.zone_id, zone.rows.map(names)]));
};

const signUp = async ({ target, visitors = 0, balance = 0, poor = 0, passkeys = false }: Vars): Promise<Vars[]> => {
  const all: Vars[] = [];
  if (visitors > 200) console.log(`Signing up ${visitors} visitors, at most ${accountsPerSecond} a second`);
  while (all.length < visitors) {
    const count = Math.min(accountsPerSecond, visitors - all.length);
    const points = (n: number) => (poor && n % poor === 0 ? 0 : balance);
    const some = Array.from({ length: count }, (_, n) => account(target, points(all.length + n), passkeys));
    all.push(...(await Promise.all(some)));
    if (all.length < visitors) await sleep(1_000);
  }
  return all;
};

const account = async (target: string, balance: number, passkeys: boolean): Promise<Vars> => {
  const email = `load-${randomUUID()}@onsale.test`;
  const { userId } = await ask("POST", `${target}/v1/accounts`, { email, password: PASSWORD, name: "A Visitor" });
  const session = await ask("POST", `${target}/v1/sessions`, { email, password: PASSWORD });
  const authorization = `Bearer ${session.accessToken}`;
  if (balance) await ask("POST", `${target}/v1/wallet/charges`, { amount: balance }, { authorization });
  const { accessToken: token, refreshToken } = session;
  const passkey = passkeys ? await addPasskey(target, token) : undefined;
  return { userId, passkey, email, password: PASSWORD, token, refreshToken, madeAt: Date.now() };
};
