/** A stage with a payment gateway of its own, whose webhooks arrive at the real route; and a worker that can be killed. */
import { randomUUID } from "node:crypto";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import { sqs } from "#core/lib/sqs.ts";
import { invoke } from "#local/lambda.ts";
import type { ResourceOptions } from "#local/resources.ts";
import { startSandbox } from "#local/sandbox/server.ts";
import { freshSecrets } from "#local/secrets.ts";
import { type StripeOptions, startStripe } from "#local/stripe/server.ts";
import * as Life from "./faults/life.ts";
import type * as Harness from "./harness.ts";

type Links = Pick<ResourceOptions, "gateway" | "stripe" | "secrets">;

const onTheRunsEngines = async (links: Links) => (await import("./harness.ts")).stage(links);

/** Short waits: the gateway's silence 20 ms, its second thoughts 60 ms. `open` makes the stage, with faults in between or without. */
export const bank = async (open: (links: Links) => Promise<Harness.Stage> = onTheRunsEngines) => {
  const secrets = freshSecrets();
  const answers: number[] = [];
  let muted = false;
  let stage: Harness.Stage | undefined;
  const sandbox = await startSandbox({
    key: "sandbox-key",
    delays: { hang: 20, decide: 60 },
    webhooks: {
      key: secrets.WebhookKey,
      retries: [],
      deliver: async ({ body, headers }) => {
        if (muted) return 202;
        const params = { provider: "sandbox" };
        const reply = await stage?.call("POST /v1/payments/webhooks/{provider}", { params, body, headers });
        answers.push(reply?.status ?? 0);
        return reply?.status ?? 0;
      },
    },
  });
  stage = await open({ gateway: { url: sandbox.url, key: "sandbox-key" }, secrets });
  const paymentsOf = (orderId: string) => sandbox.book().filter(({ reference }) => reference.includes(orderId));
  /** Webhooks that never arrive. */
  const mute = (on: boolean) => {
    muted = on;
  };
  return { stage, sandbox, paymentsOf, answers, mute };
};

const KEYS = { secretKey: "sk_test_shop", publishableKey: "pk_test_page", webhookSecrets: ["whsec_new", "whsec_old"] };

/** The same with Stripe's emulator, beside a sandbox that takes no new payments. Its doubts last 60 ms, its silence 20 ms. */
export const stripeBank = async () => {
  const answers: number[] = [];
  /** What a test may set: `muted` webhooks never arrive; `disturb` makes calls go wrong. */
  const play: { muted: boolean; disturb?: StripeOptions["disturb"] } = { muted: false };
  let stage: Harness.Stage | undefined;
  const stripe = await startStripe({
    key: KEYS.secretKey,
    publishableKey: KEYS.publishableKey,
    delays: { hang: 20, decide: 60, late: 60, search: 0 },
    disturb: (...call) => play.disturb?.(...call),
    webhooks: {
      secret: "whsec_new",
      retries: [],
      deliver: async ({ body, headers }) => {
        if (play.muted) return 202;
        const params = { provider: "stripe" };
        const reply = await stage?.call("POST /v1/payments/webhooks/{provider}", { params, body, headers });
        answers.push(reply?.status ?? 0);
        return reply?.status ?? 0;
      },
    },
  });
  const { stage: opened, sandbox } = await bank((links) =>
    onTheRunsEngines({ ...links, stripe: { url: stripe.url, ...KEYS } }),
  );
  stage = opened;
  const ask = async (path: string, body: Record<string, string>) => {
    const headers = { authorization: `Bearer ${KEYS.secretKey}` };
    const response = await fetch(stripe.url + path, { method: "POST", headers, body: new URLSearchParams(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text) as { id: string };
  };
  const paymentsOf = (orderId: string) => stripe.ledger().filter(({ reference }) => reference.includes(orderId));
  return {
    stage,
    stripe,
    sandbox,
    play,
    paymentsOf,
    answers,
    /** What the page turns a card into; cards by Stripe's names of test PaymentMethods, without `pm_card_`. */
    token: async (card: string) =>
      (await ask("/v1/test_helpers/confirmation_tokens", { payment_method: `pm_card_${card}` })).id,
    /** What the buyer does on their bank's page. */
    authenticate: (orderId: string, outcome: "complete" | "fail") =>
      ask(`/test/payment_intents/${paymentsOf(orderId).at(-1)?.paymentId}/authenticate`, { outcome }),
    /** The bank lets an authorisation go, and Stripe has noticed. */
    expire: (orderId: string) =>
      ask(`/test/payment_intents/${paymentsOf(orderId).at(-1)?.paymentId}/expire`, { canceled: "true" }),
    stop: async () => {
      await stripe.stop();
      await sandbox.stop();
    },
  };
};

/** The worker's calls by number, for a payment by card that goes through: after which it is killed. */
export const call = { prepared: 3, authorised: 6, confirmed: 7 };

/**
 * Kills what runs in this process at its nth call to the outside, before or after the call has its effect; every further call of it
 * fails, as nothing happens after a kill.
 */
export const killer = () => {
  Life.attach();
  return {
    /** Answers whether it was killed by then. */
    run: async (nth: number, when: "before" | "after", work: () => Promise<unknown>): Promise<boolean> => {
      try {
        await Life.live(nth, { how: "killed", when }, work);
        return false;
      } catch (error) {
        if (error instanceof Life.Killed) return true;
        throw error;
      }
    },
  };
};

/** Has the sandbox authorise a payment, outside any order, and answers its id. */
export const authorised = async (request: { reference: string; amount: number; key: string }): Promise<string> => {
  const { paymentId } = await provider("sandbox").prepare({ currency: "KRW", token: "tok_approve", ...request });
  await provider("sandbox").authorise({ paymentId, token: "tok_approve", returnUrl: "", ...request });
  return paymentId;
};

/** The sandbox books the next payment with another amount than it was asked for. */
export const wrongAmount = (): void => {
  const { prepare } = provider("sandbox");
  vi.spyOn(provider("sandbox"), "prepare").mockImplementationOnce((request) => prepare({ ...request, amount: 1 }));
};

/** Takes what waits in the settle queue out of it, to be delivered by hand. */
export const intercept = async (stage: Harness.Stage): Promise<string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: stage.resources.queues.SettleQueue,
      MaxNumberOfMessages: 10,
    });
    const { Messages = [] } = await sqs().send(command);
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = "" }) => Body)); // invisible from now on, for longer than a test
  }
};

/** Delivers messages to the worker in one batch; answers how many it failed. */
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
  return batchItemFailures.length;
};
