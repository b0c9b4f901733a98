/** TanStack's query core, bound to Preact. */
import { type DefaultError, QueryClient, QueryObserver, type QueryObserverOptions } from "@tanstack/query-core";
import { useEffect, useReducer, useState } from "preact/hooks";
import { ApiProblem } from "./api/problem.ts";

/**
 * No answer, or the server is overloaded: the same request may succeed in a moment. A 429 with its own code is not an overload: the
 * visitor has tried too often and has to wait for minutes.
 */
export const passing = (error: unknown): boolean =>
  error instanceof ApiProblem &&
  (error.status === 0 || error.status >= 500 || error.code === "request.throttled" || error.code === "http.429");

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats a write at most three times while there is no answer. Its idempotency key makes the repetitions one write. */
export const untilDecided = async <T>(write: () => Promise<T>): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (!passing(error) || tries >= 3) throw error;
      await sleep(400 * 2 ** tries * (0.7 + Math.random() * 0.6));
    }
  }
};

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      gcTime: 10 * 60_000,
      networkMode: "always", // the browser's own online state is often wrong; a request shows it
      retry: (count, error) => passing(error) && count < 3,
      retryDelay: (count, error) =>
        error instanceof ApiProblem && error.retryAfter ? error.retryAfter * 1_000 : Math.min(8_000, 600 * 2 ** count),
    },
  },
});
queries.mount();

type Options<T> = QueryObserverOptions<T, DefaultError, T, T, readonly unknown[]>;

/** An answer of the API, cached, shared between pages and refreshed by `options`. */
export const useQuery = <T>(options: Options<T>) => {
  const all = { ...queries.defaultQueryOptions(options), _optimisticResults: "optimistic" as const };
  const [observer] = useState(() => new QueryObserver<T, DefaultError, T, T, readonly unknown[]>(queries, all));
  const [, again] = useReducer((count: number) => count + 1, 0);
  const result = observer.getOptimisticResult(all);
  useEffect(() => observer.subscribe(again), [observer]);
  useEffect(() => observer.setOptions(all));
  return result;
};

/** A write with its state. `run` returns undefined if it failed; `error` then has the problem. */
export const useAction = <A extends unknown[], T>(work: (...args: A) => Promise<T>) => {
  const [state, set] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const run = async (...args: A): Promise<T | undefined> => {
    set({ busy: true });
    try {
      const done = await work(...args);
      set({ busy: false });
      return done;
    } catch (error) {
      set({ busy: false, error });
      return undefined;
    }
  };
  return { ...state, run, clear: () => set({ busy: false }) };
};
