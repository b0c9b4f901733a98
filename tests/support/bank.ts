/** A stage with payment gateways of its own, whose webhooks arrive at the real route; and a worker that can be killed. */
import { randomUUID } from "node:crypto";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import { sqs } from "#core/lib/sqs.ts";
import { invoke } from "#local/lambda.ts";
import type { Delivery } from "#local/sandbox/webhooks.ts";
import * as Gateways from "#tests/integration/gateway/contract/gateway.ts";
import * as Life from "./faults/life.ts";
import type * as Harness from "./harness.ts";
import * as SentAgain from "./sent-again.ts";
import { shop } from "./shop.ts";

type Links = Gateways.Gateway["links"];

const onTheRunsEngines = async (links: Links) => (await import("./harness.ts")).stage(links);

/** Webhooks on their way to the real route of a stage. */
const post = () => {
  const answers: number[] = [];
  /** All webhooks, the oldest first, including those that must not arrive. */
  const posted: Delivery[] = [];
  let [muted, stage]: [boolean, Harness.Stage | undefined] = [false, undefined];
  let provider = "";
  const hand = async ({ body, headers }: Delivery): Promise<number> => {
    const reply = await stage?.call("POST /v1/payments/webhooks/{provider}", { params: { provider }, body, headers });
    answers.push(reply?.status ?? 0);
    return reply?.status ?? 0;
  };
  return {
    answers,
    posted,
    hand,
    deliver: async (delivery: Delivery): Promise<number> => {
      posted.push(delivery);
      return muted ? 200 : hand(delivery);
    },
    /** Webhooks that are not delivered. */
    mute: (on: boolean) => {
      muted = on;
    },
    to: (opened: Harness.Stage, path: string) => {
      [stage, provider] = [opened, path];
    },
  };
};

/** Short waits: a gateway without an answer 20 ms, a late decision 60 ms. */
const waits = { hang: 20, decide: 60 };

/** With the sandbox. `open` makes the stage, with faults or without. */
export const bank = async (open: (links: Links) => Promise<Harness.Stage> = onTheRunsEngines) => {
  const { answers, deliver, mute, to } = post();
  const { url, links, ledger, stop } = await Gateways.sandbox({ ...waits, deliver });
  const stage = await open(links);
  to(stage, "sandbox");
  const paymentsOf = (orderId: string) => ledger().filter(({ reference }) => reference.includes(orderId));
  return { stage, sandbox: { url, ledger, stop }, paymentsOf, answers, mute };
};

type Counter = {
  at: Awaited<ReturnType<typeof bank>>;
  steps: ReturnType<typeof shop>;
  kill: ReturnType<typeof killer>;
  admin: Harness.User;
};

/**
 * The shared parts of a file's tests: a bank, a buyer's steps, a killer of workers, an organiser. Clock and mocks are reset after each
 * test.
 */
export const counter = (): Counter => {
  const shared = {} as Counter;
  beforeAll(async () => {
    shared.at = await bank();
    shared.kill = killer();
    shared.steps = shop(shared.at.stage);
    shared.admin = await shared.at.stage.user({ roles: ["admin"] });
  });
  afterAll(() => shared.at.sandbox.stop());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  return shared;
};

/** With any gateway; with another one there is also a sandbox, which takes no new payments. */
export const bankOf = async <G extends Gateways.Gateway>(start: (wires: Gateways.Wires) => Promise<G>) => {
  const { to, ...mail } = post();
  const gateway = await start({ ...waits, deliver: mail.deliver });
  const beside =
    gateway.name === "sandbox" ? undefined : await Gateways.sandbox({ ...waits, deliver: async () => 202 });
  const stage = await onTheRunsEngines({ ...beside?.links, ...gateway.links });
  to(stage, gateway.webhook("", 0).provider);
  const paymentsOf = (orderId: string) =>
    gateway.ledger().filter(({ reference }) => reference.includes(orderId)) as ReturnType<G["ledger"]>;
  return {
    ...gateway,
    ...mail,
    stage,
    paymentsOf,
    /** At that sandbox. */
    besides: (orderId: string) => (beside?.ledger() ?? []).filter(({ reference }) => reference.includes(orderId)),
    stop: async () => {
      await Promise.all([gateway.stop(), beside?.stop()]);
    },
  };
};

/**
 * Kills the work in this process at a step, or at its nth outside call, before or after the call's effect. Every later call of it fails.
 */
export const killer = () => {
  Life.attach();
  return {
    /** Returns whether the work reached that call; throws if it never reached a named step. */
    run: async (at: Life.At, when: "before" | "after", work: () => Promise<unknown>): Promise<boolean> => {
      try {
        await Life.live(at, { how: "killed", when }, work);
        if (typeof at === "string") throw new Error(`Nothing was killed ${when} “${at}”: it never came there.`);
        return false;
      } catch (error) {
        if (error instanceof Life.Killed) return true;
        throw error;
      }
    },
  };
};

/**
 * Plays a round for each moment in which a worker can be killed: before each of its outside calls, and after the last one. If it is killed
 * after an earlier call, it leaves what it leaves if it is killed before the next one. A round runs the work by `killed`, which answers
 * whether it was killed; `at` is for messages. Answers the number of calls.
 */
export const everywhere = async (
  { run }: ReturnType<typeof killer>,
  round: (killed: (work: () => Promise<unknown>) => Promise<boolean>, at: string) => Promise<void>,
): Promise<number> => {
  const play = async (nth: number, when: "before" | "after") => {
    let isKilled = false;
    await round(async (work) => {
      isKilled = await run(nth, when, work);
      return isKilled;
    }, `${when} call ${nth}`);
    return isKilled;
  };
  let calls = 0;
  while (await play(calls + 1, "before")) expect(++calls).toBeLessThan(40);
  await play(calls, "after");
  return calls;
};

/** Makes the sandbox authorise a payment without an order, and returns its id. */
export const authorised = async (request: { reference: string; amount: number; key: string }): Promise<string> => {
  const { paymentId } = await provider("sandbox").prepare({ currency: "KRW", token: "tok_approve", ...request });
  await provider("sandbox").authorise({ paymentId, token: "tok_approve", returnUrl: "", ...request });
  return paymentId;
};

/** The sandbox records the next payment with another amount than it was asked for. */
export const wrongAmount = (): void => {
  const { prepare } = provider("sandbox");
  vi.spyOn(provider("sandbox"), "prepare").mockImplementationOnce((request) => prepare({ ...request, amount: 1 }));
};

/** Takes the messages of the settle queue, to deliver them by hand. */
export const intercept = async (stage: Harness.Stage): Promise<string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: stage.resources.queues.SettleQueue,
      MaxNumberOfMessages: 10,
    });
    const { Messages = [] } = await sqs().send(command);
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = "" }) => Body)); // hidden for longer than a test
  }
};

/** Delivers messages to the worker in one batch; returns how many come again, because they failed or were sent again. */
export const deliver = async (...bodies: string[]): Promise<number> => {
  const Records = bodies.map((body) => ({
    messageId: randomUUID(),
    receiptHandle: "",
    body,
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: {},
    eventSource: "aws:sqs",
  }));
  const { batchItemFailures } = (await invoke("settle", { Records })) as { batchItemFailures: unknown[] };
  return batchItemFailures.length + SentAgain.taken(bodies).length;
};
