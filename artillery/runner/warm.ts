/**
 * Warms the system up before the measurement. New processes, such as DynamoDB Local's Java, compile their code during their first
 * thousands of requests, and on two cores the first seconds of a spike would show only that. It uses another event and other visitors:
 * half of them give their seat back, a quarter pay by points, and a quarter by card.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cards, cardToken } from "../generator/cards.ts";
import type { Account } from "../generator/start.ts";

const AT_ONCE = 16;
/** ms until the last mails of the warm-up are sent, so that its work does not reach into the run. */
const REST = 3_000;

const PAYMENTS = ["points", undefined, "card", undefined] as const;

type Rehearsal = {
  target: string;
  /** An event with a queue that admits all visitors. */
  eventId: string;
  crew: Account[];
  cards: Cards;
};

const visit = async (
  { target, eventId, cards }: Rehearsal,
  { token }: Account,
  method: (typeof PAYMENTS)[number],
): Promise<void> => {
  const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(target + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        ...headers,
      },
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
  const order = `/v1/orders/${orderId}`;
  if (orderId && method) {
    const key = { "idempotency-key": randomUUID() };
    const form = () => ask("POST", `${order}/payment/form`, undefined, key);
    const card = method === "card" && { card: { token: await cardToken(cards, form) } };
    await ask("POST", `${order}/payment`, { method, ...card }, key);
    await ask("GET", order);
  } else if (orderId) await ask("DELETE", order);
  if (!method) await ask("DELETE", `${event}/queue/admissions`);
};

export const warm = async (rehearsal: Rehearsal): Promise<void> => {
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < rehearsal.crew.length; n = next++)
      await visit(rehearsal, rehearsal.crew[n] as Account, PAYMENTS[n % PAYMENTS.length]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await sleep(REST);
};
