/** TanStack's query core, bound to Preact. */
import { type DefaultError, QueryClient, QueryObserver, type QueryObserverOptions } from "@tanstack/query-core";
import { useEffect, useReducer, useState } from "preact/hooks";
import { ApiProblem, passing } from "../../client/problem.ts";

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
