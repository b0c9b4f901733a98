/** A buyer's visit from joining the queue to the mail, each step counted. */
import { sleep } from "../../core/lib/clock.ts";
import type { Reply, Stage } from "../../tests/support/stage.ts";
import * as Count from "./count.ts";

export const ok = (reply: Reply, status: number): Reply => {
  if (reply.status !== status)
    throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply;
};

type Counted = <T>(step: string, work: () => Promise<T>) => Promise<T>;
type Buyer = { stage: Stage; eventId: string; seats: string[]; payment: object; points: number };

/** One buyer's visit, step by step: queue, hold, pay, settle, mail. Throws if the order is not confirmed. */
export const life = async ({ stage, eventId, seats, payment, points }: Buyer, counted: Counted) => {
  const { token } = await stage.user({ balance: points });
  const params = { eventId };
  const joined = await counted("join", () =>
    stage.call("POST /v1/events/{eventId}/queue/places", { params, token, body: {} }),
  );
  const { place } = ok(joined, 201).body;
  await sleep(200);
  await stage.call("GET /v1/events/{eventId}/queue", { params });
  const claimed = await counted("claim", () =>
    stage.call("POST /v1/events/{eventId}/queue/admissions", { params, token, body: { place } }),
  );
  const { admission } = ok(claimed, 201).body;
  // a warm environment has the event in memory; here it may have expired meanwhile
  await stage.call("POST /v1/orders", { token, body: { eventId, seats } });
  const held = await counted("hold", () =>
    stage.call("POST /v1/orders", { token, headers: { admission }, body: { eventId, seats } }),
  );
  const { orderId } = ok(held, 201).body;
  const order = { params: { orderId }, token };
  await counted("pay", () => stage.call("POST /v1/orders/{orderId}/payment", { ...order, body: payment }));
  await counted("settle", () => stage.settle());
  await counted("leave and mail", () => stage.drain());
  const { status } = ok(await stage.call("GET /v1/orders/{orderId}", order), 200).body;
  if (status !== "confirmed") throw new Error(`the order is ${status}, not confirmed`);
};

export type Step = { step: string; counts: Count.Counts };

/** The requests of the second of two buyers: the first has warmed the functions, and others are ahead in the line. */
export const booking = async (
  stage: Stage,
  redisUrl: string,
  payment: object,
  points: number,
): Promise<{ steps: Step[]; booking: Count.Counts; life: Count.Counts }> => {
  const queue = { admitPerSecond: 1_000, maxActive: 1_000, sessionSeconds: 60, claimSeconds: 30 };
  const { eventId } = await stage.event({ queue });
  const others = await Promise.all(Array.from({ length: 60 }, () => stage.user()));
  for (const { token } of others)
    await stage.call("POST /v1/events/{eventId}/queue/places", { params: { eventId }, token, body: {} });
  await life({ stage, eventId, seats: ["A-2-1", "A-2-2"], payment, points }, (_, work) => work());
  const steps: Step[] = [];
  await life({ stage, eventId, seats: ["A-1-1", "A-1-2"], payment, points }, async (step, work) => {
    const { result, counts } = await Count.measure(redisUrl, work);
    steps.push({ step, counts });
    return result;
  });
  const sum = (some: Step[]) => some.map(({ counts }) => counts).reduce(Count.add);
  return { steps, booking: sum(steps.filter(({ step }) => !["join", "claim"].includes(step))), life: sum(steps) };
};
