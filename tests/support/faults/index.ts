/**
 * Faults on cue, each at one seam of a stage of its own: middlewares on the SDK's clients, proxies in front of Redis and of the payment
 * gateway, and the invocation of functions. The product knows nothing of them.
 */
import { invoke } from "#local/lambda.ts";
import type { ResourceOptions } from "#local/resources.ts";
import * as Stages from "../stage.ts";
import * as Aws from "./aws.ts";
import { createBoard } from "./board.ts";
import { faulty } from "./deliveries.ts";
import { startGatewayFaults } from "./gateway.ts";
import * as Life from "./life.ts";
import * as Post from "./post.ts";
import { startRedisFaults } from "./redis.ts";

export type { Setting } from "./board.ts";
export { described, type FaultKind, kinds } from "./kinds.ts";

export type Options = Omit<ResourceOptions, "prefix" | "redis"> & {
  redis: { url: string; token: string; redisUrl: string };
};

/**
 * A stage on these engines with everything in between that can fail; once a process. `gateway` and `secrets`, where given, are the
 * sandbox's. Nothing fails until it is switched on, and only while a function of the stage runs.
 */
export const install = async (options: Options) => {
  const board = createBoard();
  const redis = await startRedisFaults(board, options.redis);
  const gateway =
    options.gateway &&
    (await startGatewayFaults(board, {
      url: options.gateway.url,
      webhookKey: options.secrets?.WebhookKey ?? "",
      deliver: (delivery) =>
        stage.call("POST /v1/payments/webhooks/{provider}", { params: { provider: "sandbox" }, ...delivery }),
    }));
  let forget = () => {};
  const wake = () => {
    forget();
    redis.cut();
    gateway?.cut();
  };
  const between = { redis: { url: redis.url, token: options.redis.token } };
  const bank = options.gateway && gateway && { gateway: { ...options.gateway, url: gateway.url } };
  const troubled = async <G extends { url: string }>(real: G) => {
    const { url, stop } = await startGatewayFaults(board, { url: real.url, webhookKey: "", deliver: async () => {} });
    return { real: { ...real, url }, stop };
  };
  const [stripe, toss] = [
    options.stripe && (await troubled(options.stripe)),
    options.toss && (await troubled(options.toss)),
  ];
  const others = { ...(stripe && { stripe: stripe.real }), ...(toss && { toss: toss.real }) };
  const through = faulty(board, invoke, wake);
  const stage = await Stages.stage({ ...options, ...between, ...bank, ...others }, through);
  const post = Post.attach();
  Life.attach();
  forget = Aws.attach(board);
  return {
    stage,
    /** Invokes a function as its event source does, with what is switched on in between. */
    invoke: through,
    on: board.on,
    off: board.off,
    /** How often each kind has struck. */
    struck: board.struck,
    /** The e-mails that went out, and how often nobody could know that one had. */
    post,
    /** Takes a copy of what Redis knows of this stage's events; answers what sets it back. */
    copyRedis: redis.copy,
    /** Resolves once what was on its way from the gateway has arrived. */
    settled: async () => gateway?.settled(),
    stop: async () => {
      board.off();
      await Promise.all([redis.stop(), gateway?.stop(), stripe?.stop(), toss?.stop()]);
    },
  };
};

export type Faults = Awaited<ReturnType<typeof install>>;
