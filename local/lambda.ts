/** Lambda: loads a service's handler and invokes it with a context, a time limit and its own invocation scope. */
import { randomUUID } from "node:crypto";
import { InvokeStore, InvokeStoreBase } from "@aws/lambda-invoke-store";
import type { Context } from "aws-lambda";
import { type ServiceName, serviceNames, services } from "#core/contract/services.ts";
import { flush } from "#core/lib/metrics.ts";

/** Invokes a service, as API Gateway and the pollers do. Rejects with the function's error, or with `TimedOut`. */
export type Invoke = (service: ServiceName, event: unknown) => Promise<unknown>;

export class TimedOut extends Error {
  override name = "TimedOut";
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const store = await InvokeStore.getInstanceAsync(true);
/**
 * Here one process serves many invocations at once, as Lambda's managed instances do. This variable tells the logger and the metrics
 * to keep their state by invocation. They look for the store as soon as it is set.
 */
process.env.AWS_LAMBDA_MAX_CONCURRENCY ??= "1000";
const { REQUEST_ID } = InvokeStoreBase.PROTECTED_KEYS;

const handlers = new Map<ServiceName, Promise<Handler>>();

const load = (service: ServiceName): Promise<Handler> => {
  const loading = handlers.get(service) ?? fresh(service);
  handlers.set(service, loading);
  return loading;
};

const fresh = async (service: ServiceName): Promise<Handler> => {
  const { handler } = services[service];
  const dot = handler.lastIndexOf(".");
  const module = (await import(/* @vite-ignore */ `../${handler.slice(0, dot)}.ts`)) as Record<string, Handler>;
  const found = module[handler.slice(dot + 1)];
  if (!found) throw new Error(`${handler} is not exported`);
  return found;
};

/** The service of the current invocation; undefined outside an invocation. */
export const current = (): string | undefined => (store.hasContext() ? store.get<string>("service") : undefined);

/** Loads these handlers now, so that the first request does not wait for them. Default: all. */
export const warm = async (names = serviceNames): Promise<void> => {
  await Promise.all(names.map(load));
};

/** Work outside an invocation whose metrics are the service's: they are written at its end. */
export const countedAs = <T>(service: ServiceName, work: () => Promise<T>): Promise<T> =>
  store.run({ [REQUEST_ID]: randomUUID(), service }, async () => {
    try {
      return await work();
    } finally {
      flush();
    }
  });

/** A Lambda environment has its own processor. Here all share one machine, so each time limit is multiplied by this. */
const SHARED = 6;

/** Invokes a service in this process. A handler that exceeds its time limit is abandoned; Lambda would kill it. */
export const invoke: Invoke = async (service, event) => {
  const handler = await load(service);
  const awsRequestId = randomUUID();
  const limit = services[service].timeout * 1000 * SHARED;
  const deadline = Date.now() + limit;
  const context = {
    awsRequestId,
    functionName: service,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${service}`,
    memoryLimitInMB: String(services[service].memory),
    callbackWaitsForEmptyEventLoop: true,
    logGroupName: `/aws/lambda/${service}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  } as Context;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`${service} exceeded its ${limit / 1000} s`)), limit);
  });
  try {
    const scope = { [REQUEST_ID]: awsRequestId, service };
    return await Promise.race([store.run(scope, () => handler(event, context)), late]);
  } finally {
    clearTimeout(timer);
  }
};
