/** What starts a function by itself: a queue, a stream, a clock. */
export type Poller = {
  /** Begins to poll in the background. */
  start(): void;
  /** Handles, now, everything that is there to handle; answers how many records were handed to the function. */
  drain(): Promise<number>;
  /** Takes nothing more, finishes what is in flight, and remembers how far it came. */
  stop(): Promise<void>;
};

/** A fault of a function or an engine, for the log: polling goes on, as Lambda's does. */
export const report = (message: string, fields: Record<string, unknown>): void => {
  console.error(JSON.stringify({ level: "ERROR", message, ...fields, timestamp: new Date().toISOString() }));
};

/** Runs jobs one after another, whoever asks. */
export const oneAtATime = (): (<T>(job: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const next = last.then(job, job);
    last = next.catch(() => {});
    return next;
  };
};

/** Sleeps that `wake` ends early, all of them. */
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
 * Which records a function reports as failed: `all` when the report names a record that is not in the batch, as Lambda rules.
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
