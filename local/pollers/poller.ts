/** An event source that invokes a function: a queue, a stream, a schedule. */
export type Poller = {
  /** Starts polling in the background. */
  start(): void;
  /** Handles everything that is waiting, now. Returns the number of records handed to the function. */
  drain(): Promise<number>;
  /** Stops taking records, finishes those in flight, and stores its checkpoint. */
  stop(): Promise<void>;
};

/** Logs a fault of a function or an engine. Polling continues, as with Lambda. */
export const report = (message: string, fields: Record<string, unknown>): void => {
  console.error(JSON.stringify({ level: "ERROR", message, ...fields, timestamp: new Date().toISOString() }));
};

/** Runs jobs one after another. */
export const oneAtATime = (): (<T>(job: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const next = last.then(job, job);
    last = next.catch(() => {});
    return next;
  };
};

/** Sleeps that `wake` ends early. */
export const naps = () => {
  const wakers = new Set<() => void>();
  return {
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          wakers.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        wakers.add(done);
      }),
    wake: () => {
      for (const done of wakers) done();
    },
  };
};

type Failures = { batchItemFailures?: { itemIdentifier?: string | null }[] | null } | null | undefined;

/**
 * The records that a function reports as failed; `all` if the report names a record that is not in the batch, as Lambda does.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const reported = (result: unknown, ids: readonly string[]): Set<string> | "all" => {
  const failures = (result as Failures)?.batchItemFailures ?? [];
  const named = new Set<string>();
  for (const { itemIdentifier } of failures) {
    if (!itemIdentifier || !ids.includes(itemIdentifier)) return "all";
    named.add(itemIdentifier);
  }
  return named;
};
