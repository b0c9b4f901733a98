/** What sales under faults stand on: one stage with everything that can fail, workers in the background, and the judges. */
import { setTimeout as sleep } from "node:timers/promises";
import { oneAtATime } from "#local/pollers/poller.ts";
import { createPollers } from "#local/pollers.ts";
import { audit, type Snapshot, violations } from "#ops/audit/index.ts";
import { read, type Scope } from "#ops/audit/read.ts";
import { bank } from "#tests/support/bank.ts";
import { skewed } from "#tests/support/faults/clock.ts";
import * as Faults from "#tests/support/faults/index.ts";
import { hasten } from "#tests/support/sent-again.ts";
import type { Sale } from "./sale.ts";
import { untruths } from "./truth.ts";

/** ms: past what a worker has for itself, and past what a payment that nobody answers is given. */
const SOON = 100_000;
const LATE = 700_000;

/** One a process. */
export const openGround = async (engines: Omit<Faults.Options, "gateway" | "secrets">) => {
  // what is left of an invocation that died may fail when nobody listens any more
  process.on("unhandledRejection", () => {});
  let installed: Faults.Faults | undefined;
  const at = await bank(async (links) => {
    installed = await Faults.install({ ...engines, ...links });
    return installed.stage;
  });
  const faults = installed as Faults.Faults;
  const { invoke, stage, post } = faults;
  hasten();
  const pollers = await createPollers({ only: ["settle", "leave", "mail"], invoke, redeliverAfter: 1 });
  pollers.start();

  /** The schedule's run as it will be in so long. */
  const reconcile = (ahead: number) => skewed(ahead, () => invoke("reconcile", {})).catch(() => {});

  /** What an operator does with what was set aside. */
  const redrive = async () => {
    const { redrivePayments } = await import("#ops/redrive-payments.ts");
    const { redriveStream } = await import("#ops/redrive-stream.ts");
    const tell = () => {};
    await redrivePayments({ apply: true, perSecond: 10_000, tell }).catch(() => {});
    await redriveStream({ apply: true, untold: false, tell }).catch(() => {});
  };

  /**
   * Does what a schedule and an operator do, faster than they would, every so many ms: asks the gateway about what the workers could
   * not bring to an end, gives up what it knows nothing of, sends again what was set aside. Answers what ends it.
   */
  const tend = (every: { reconcile: number; giveUp: number; redrive: number }) => {
    let over = false;
    const forever = async (ms: number, work: () => Promise<unknown>) => {
      while (!over) {
        await work();
        await sleep(ms);
      }
    };
    const all = Promise.all([
      forever(every.reconcile, () => reconcile(SOON)),
      forever(every.giveUp, () => reconcile(LATE)),
      forever(every.redrive, redrive),
    ]);
    return async () => {
      over = true;
      await all;
    };
  };

  const reading = async (sales: Sale[], scope?: Scope): Promise<Snapshot> => {
    const visitors = sales.flatMap(({ stories }) => stories.flatMap(({ place }) => place ?? []));
    const now = Math.max(Date.now(), ...sales.map((sale) => sale.now()));
    for (let tries = 1; ; tries++) {
      try {
        return await read({ now, visitors, ...(scope && { scope }) });
      } catch (error) {
        if (tries === 60) throw error;
        await sleep(500); // Redis may be out of reach for the auditor too
      }
    }
  };

  /** What these sales, or all of them, have left behind. The buyers' points were a present. */
  const look = async (sales: Sale[], everything = false): Promise<Snapshot> => {
    const stories = sales.flatMap(({ stories }) => stories);
    const userIds = stories.map(({ userId }) => userId);
    const eventIds = sales.map(({ eventId }) => eventId);
    const all = await reading(sales, everything ? undefined : { eventIds, userIds });
    const given = stories.map(({ userId, balance }) => ({ userId, entryId: userId, kind: "charge", amount: balance }));
    const theirs = new Set(userIds);
    const payments = at.sandbox
      .book()
      .filter(({ reference }) => everything || theirs.has(reference.split(".")[0] ?? ""));
    const mails = post.mails(all.orders.map(({ orderId }) => orderId));
    return { ...all, entries: [...given, ...all.entries], payments, mails };
  };

  const found = async (sale: Sale): Promise<string[]> => {
    const snapshot = await look([sale]);
    return [...violations(audit(snapshot)), ...untruths(sale, snapshot)];
  };

  const alone = oneAtATime();

  /**
   * What is wrong with the sale once it has come to rest, or when `ms` have brought it no nearer, looking every `step` ms. One sale at a
   * time is looked at, for to look costs the machine as much as a sale.
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
    ...{ faults, stage, look, judge, tend, post },
    stop: async () => {
      faults.off();
      await faults.settled();
      await pollers.stop();
      await faults.stop();
      await at.sandbox.stop();
    },
  };
};

export type Ground = Awaited<ReturnType<typeof openGround>>;
