/** The shared parts of a crowd's sales: the fixture with the sandbox, workers in the background, readers and checks. */
import { setTimeout as sleep } from "node:timers/promises";
import { oneAtATime } from "#local/pollers/poller.ts";
import { createPollers } from "#local/pollers.ts";
import type { Snapshot } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import type { EngineAddresses } from "#tests/support/engines.ts";
import { skewed } from "#tests/support/faults/clock.ts";
import * as Post from "#tests/support/faults/post.ts";
import { hasten } from "#tests/support/sent-again.ts";
import { check } from "../checker.ts";
import * as Shared from "../fixture.ts";
import type { Sale } from "./sale.ts";
import { untruths } from "./truth.ts";

/** ms: longer than a worker's time, and than an unanswered payment's. */
const SOON_MS = 100_000;
const LATE_MS = 700_000;

/** One in a process. */
export const startCrowd = async (engines: EngineAddresses, failing = true) => {
  const shared: Shared.Fixture = await Shared.startFixture({
    ...{ engines, faults: failing, providers: ["sandbox"], wires: { hang: 20, decide: 60 } },
    deliver: async (provider, { body, headers }) => {
      const options = { params: { provider }, body, headers };
      return (await shared.stage.call("POST /v1/payments/webhooks/{provider}", options)).status;
    },
  });
  const { invoke, faults } = shared;
  const post = faults?.post ?? Post.attach();
  hasten();
  const pollers = await createPollers({ only: ["settle", "leave", "mail"], invoke, redeliverAfter: 1 });
  pollers.start();

  /** A run of the schedule at a later time. */
  const reconcile = (ahead: number) => skewed(ahead, () => invoke("reconcile", {})).catch(() => {});

  /** An operator's redrive of dead letters. */
  const redrive = async () => {
    const { redriveQueue } = await import("#ops/redrive-queue.ts");
    const { redriveStream } = await import("#ops/redrive-stream.ts");
    const print = () => {};
    const queues = { from: "SettleDeadLetters", to: "SettleQueue" } as const;
    await redriveQueue({ ...queues, apply: true, perSecond: 10_000, print }).catch(() => {});
    await redriveStream({ apply: true, unsent: false, print }).catch(() => {});
  };

  /**
   * Plays the schedule and an operator more often than usual: reconciles unfinished payments, returns unknown money, and redrives dead
   * letters. Returns what stops it.
   */
  const operate = (every: { reconcile: number; giveUp: number; redrive: number }) => {
    let over = false;
    const forever = async (ms: number, work: () => Promise<unknown>) => {
      while (!over) {
        await work();
        await sleep(ms);
      }
    };
    const all = Promise.all([
      forever(every.reconcile, () => reconcile(SOON_MS)),
      forever(every.giveUp, () => reconcile(LATE_MS)),
      forever(every.redrive, redrive),
    ]);
    return async () => {
      over = true;
      await all;
    };
  };

  /** The facts of these sales, or of all. The buyers' points were given to them. */
  const look = async (sales: Sale[], everything = false): Promise<Snapshot> => {
    const stories = sales.flatMap(({ stories }) => stories);
    const userIds = stories.map(({ userId }) => userId);
    const visitors = stories.flatMap(({ place }) => place ?? []);
    const scope = { eventIds: sales.map(({ eventId }) => eventId), userIds };
    const now = Math.max(Date.now(), ...sales.map((sale) => sale.now()));
    const facts = await patiently(() => read({ now, visitors, ...(!everything && { scope }) }));
    const given = stories.map(({ userId, balance }) => ({ userId, entryId: userId, kind: "charge", amount: balance }));
    const mails = post.mails(facts.orders.map(({ orderId }) => orderId));
    const payments = shared.payments(everything ? undefined : userIds);
    return { ...facts, entries: [...given, ...facts.entries], payments, mails };
  };

  const found = async (sale: Sale): Promise<string[]> => check(await look([sale]), untruths(sale)).violations;

  const alone = oneAtATime();

  /**
   * The violations of the sale once it has finished, or after `ms` without progress, read every `step` ms. One sale is read at a time,
   * because a read costs the machine as much as a sale.
   */
  const judge = async (sale: Sale, ms: number, step: number): Promise<string[]> => {
    let [before, since] = ["", performance.now()];
    for (;;) {
      const wrong = await alone(() => found(sale));
      if (wrong.length === 0) return wrong;
      if (before !== wrong.join()) [before, since] = [wrong.join(), performance.now()];
      if (performance.now() - since > ms) return wrong;
      await sleep(step);
    }
  };

  return {
    ...{ ...shared, look, judge, operate, post },
    stop: async () => {
      faults?.off();
      await faults?.settled();
      await pollers.stop();
      await shared.stop();
    },
  };
};

export type Fixture = Awaited<ReturnType<typeof startCrowd>>;

/** Redis may be down for the audit too. */
const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 60) throw error;
      await sleep(500);
    }
  }
};
