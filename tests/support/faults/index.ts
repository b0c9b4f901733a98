/**
 * Faults on demand, each at one connection of a stage: middlewares on the SDK's clients, proxies in front of Redis and the payment gateway,
 * and the invocation of functions. The product contains none of this.
 */
import { cardProviderNames } from "#core/contract/providers.ts";
import { invoke } from "#local/lambda.ts";
import type { CardOptions, ResourceOptions } from "#local/resources.ts";
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
 * A stage on these engines, with the faults in between. It is made once in a process. `gateway` and `secrets`, if given, are the sandbox's.
 * No fault is on at first, and faults occur only while a function of the stage runs.
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
  const troubled = await Promise.all(
    cardProviderNames.map(async (name) => {
      const real = options[name];
      if (!real) return;
      const { url, stop } = await startGatewayFaults(board, { url: real.url, webhookKey: "", deliver: async () => {} });
      return { cards: { [name]: { ...real, url } }, stop };
    }),
  );
  const others = Object.assign({}, ...troubled.map((one) => one?.cards)) as CardOptions;
  const through = faulty(board, invoke, wake);
  const stage = await Stages.stage({ ...options, ...between, ...bank, ...others }, through);
  const post = Post.attach();
  Life.attach();
  forget = Aws.attach(board);
  return {
    stage,
    /** Invokes a function as its event source does, with the active faults. */
    invoke: through,
    on: board.on,
    off: board.off,
    /** The number of faults of each kind. */
    struck: board.struck,
    /** The sent e-mails, and how often their sender could not know that one was sent. */
    post,
    /** Copies this stage's events in Redis; returns a function that sets Redis back to the copy. */
    copyRedis: redis.copy,
    /** Resolves once all pending webhooks of the gateway have arrived. */
    settled: async () => gateway?.settled(),
    stop: async () => {
      board.off();
      await Promise.all([redis.stop(), gateway?.stop(), ...troubled.map((one) => one?.stop())]);
    },
  };
};

export type Faults = Awaited<ReturnType<typeof install>>;
