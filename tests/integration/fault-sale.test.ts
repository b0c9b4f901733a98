/** A small sale under each kind of fault: what stands at the end is judged by the auditor and by every buyer's own order. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { sqs } from "#core/lib/sqs.ts";
import { audit, type Snapshot, violations } from "#local/audit/index.ts";
import { read } from "#local/audit/read.ts";
import { bank } from "#tests/bank.ts";
import * as Faults from "#tests/faults/index.ts";
import type { Reply, Stage, User } from "#tests/harness.ts";

let faults: Faults.Faults;
let at: Awaited<ReturnType<typeof bank>>;
let stage: Stage;

beforeAll(async () => {
  at = await bank(async (links) => {
    faults = await Faults.install({ ...inject("engines"), ...links });
    return faults.stage;
  });
  stage = at.stage;
});
afterAll(async () => {
  await faults.stop();
  await at.sandbox.stop();
});

type Ask = (key: Parameters<Stage["call"]>[0], body?: object, headers?: object, params?: object) => Promise<Reply>;

const asked = (user: User, eventId: string): Ask => {
  const { token } = user;
  return (key, body, headers = {}, params = {}) =>
    stage.call(key, { token, body, headers: { ...headers }, params: { eventId, ...params } });
};

/** Asks again, as a page does, while the answer is that it should. */
const persist = async (ask: () => Promise<Reply>): Promise<Reply> => {
  for (let tries = 1; ; tries++) {
    const reply = await ask();
    const again = reply.status >= 500 || reply.body?.code === "queue.not_yet";
    if (!again || tries === 15) return reply;
    await sleep(20);
  }
};

const enter = async (ask: Ask): Promise<string | undefined> => {
  const joined = await persist(() => ask("POST /v1/events/{eventId}/queue/places", {}));
  const { place } = joined.body ?? {};
  if (!place) return undefined;
  return (await persist(() => ask("POST /v1/events/{eventId}/queue/admissions", { place }))).body?.admission;
};

const methods = [
  { method: "points" },
  { method: "card", card: { token: "tok_approve" } },
  { method: "card", card: { token: "tok_decline" } },
];

/** A buyer from the queue to the payment, as far as it goes; their order's id if they were told one. */
const buy = async (user: User, eventId: string, wanted: object, how: object): Promise<string | undefined> => {
  const ask = asked(user, eventId);
  const admission = await enter(ask);
  if (!admission) return undefined;
  const key = { "idempotency-key": randomUUID(), admission };
  const held = await persist(() => ask("POST /v1/orders", { eventId, ...wanted }, key));
  if (held.status !== 201) return undefined;
  const { orderId } = held.body;
  const pay = { "idempotency-key": randomUUID() };
  await persist(() => ask("POST /v1/orders/{orderId}/payment", how, pay, { orderId }));
  return orderId;
};

const POINTS = 20_000;

const crowd = (eventId: string, round: number) =>
  Promise.all(
    [0, 1, 2, 3, 4].map(async (n) => {
      const user = await stage.user({ balance: POINTS });
      // three want the same seat, two whatever is best
      const wanted = n < 3 ? { seats: [`A-${round}-1`] } : { pick: { quantity: 2 } };
      return { user, orderId: await buy(user, eventId, wanted, methods[n % 3] as object) };
    }),
  );
type Buyers = Awaited<ReturnType<typeof crowd>>;

/** A payment that failed five times waits among the dead letters until an operator sends it again. */
const redrive = async () => {
  const { SettleQueue, SettleDeadLetters } = stage.resources.queues;
  for (;;) {
    const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl: SettleDeadLetters }));
    if (Messages.length === 0) return;
    for (const { Body, ReceiptHandle } of Messages) {
      await sqs().send(new SendMessageCommand({ QueueUrl: SettleQueue, MessageBody: Body }));
      await sqs().send(new DeleteMessageCommand({ QueueUrl: SettleDeadLetters, ReceiptHandle }));
    }
  }
};

/** Everything delivered that was under way; and, a while later, what the gateway never told. */
const rest = async () => {
  faults.off();
  await faults.settled();
  await stage.drain();
  await redrive();
  await stage.drain();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 100_000 });
  await stage.reconcile();
  await stage.drain();
};

/** What this sale has left behind, apart from the others'; its buyers' points were a present. */
const own = (all: Snapshot, eventId: string, buyers: Buyers): Snapshot => {
  const users = new Set(buyers.map(({ user }) => user.userId));
  const here = (one: { eventId: string }) => one.eventId === eventId;
  const theirs = ({ userId }: { userId: string }) => users.has(userId);
  const given = [...users].map((userId) => ({ userId, entryId: userId, kind: "charge", amount: POINTS }));
  return {
    ...all,
    events: all.events.filter(here),
    seats: all.seats.filter(here),
    orders: all.orders.filter(here),
    baskets: all.baskets.filter(here),
    wallets: all.wallets.filter(theirs),
    entries: [...given, ...all.entries.filter(theirs)],
    payments: all.payments?.filter(({ reference }) => users.has(reference.split(".")[0] ?? "")),
    queues: all.queues.filter(here),
  };
};

/** An e-mail is sent again where nobody knows whether it was: SES takes no key to tell the second one by. */
const excused = (kind: Faults.FaultKind, violation: string): boolean =>
  /^(ses\.late|lambda\.|dynamo\.)/.test(kind) && /got \d mails/.test(violation);

test.for(Faults.kinds)("nothing is lost or sold twice under %s", { timeout: 30_000 }, async (kind) => {
  const { eventId } = await stage.event({ queue: { enabled: true, admitPerSecond: 1_000, maxActive: 1_000 } });
  faults.on(kind, { rate: 0.4, seed: 7, ms: kind === "dynamo.stale" ? 5_000 : 20 });
  const before = faults.struck()[kind];
  const buyers: Buyers = [];
  for (let round = 1; faults.struck()[kind] === before; round++) {
    expect(round, "rounds without an opportunity").toBeLessThan(10);
    buyers.push(...(await crowd(eventId, round)));
    await stage.drain();
  }
  try {
    await rest();
    const found = violations(audit(own(await read({ now: Date.now() }), eventId, buyers)));
    expect(found.filter((one) => !excused(kind, one))).toEqual([]);
    for (const { user, orderId } of buyers) {
      if (!orderId) continue;
      const params = { orderId };
      const { body } = await stage.call("GET /v1/orders/{orderId}", { token: user.token, params });
      expect(["held", "confirmed"]).toContain(body.status); // an end, and never "paying"
      expect(["approved", "declined", undefined]).toContain(body.payment?.status);
    }
  } finally {
    vi.useRealTimers();
  }
});
