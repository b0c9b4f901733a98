/**
 * Warms the system up before the clock starts: a fresh process compiles its code while it serves its first thousand requests, which on
 * two cores is all that the first seconds of a spike would show. Another event, other visitors; everything is given back.
 */
import { now } from "#core/lib/clock.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";

const VISITORS = 600;
const AT_ONCE = 16;

const visit = async (target: string, eventId: string): Promise<void> => {
  const at = now();
  const token = sign("access", { sub: Ids.make("usr", at), sid: Ids.make("ses", at), roles: [] }, at + 600_000);
  const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(target + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return text ? JSON.parse(text) : {};
  };
  const event = `/v1/events/${eventId}`;
  const { place } = await ask("POST", `${event}/queue/places`, {});
  await ask("GET", `${event}/queue`);
  const { admission = "" } = await ask("POST", `${event}/queue/admissions`, { place });
  const { orderId } = await ask("POST", "/v1/orders", { eventId, pick: { quantity: 1 } }, { admission });
  if (orderId) await ask("DELETE", `/v1/orders/${orderId}`);
  await ask("DELETE", `${event}/queue/admissions`);
};

/** `eventId`: an event with a queue that lets everybody in. */
export const warm = async (target: string, eventId: string): Promise<void> => {
  let left = VISITORS;
  const lane = async () => {
    while (left-- > 0) await visit(target, eventId);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
};
