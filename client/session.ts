/** Who is signed in: a pair of tokens in a store, refreshed by one caller at a time. */
import { exchange, refusal, type Target } from "./http.ts";
import { sleep } from "./pause.ts";
import { ApiProblem, offline } from "./problem.ts";
import type { TokenPair } from "./shapes.ts";

export type Kept = { accessToken: string; refreshToken: string; expiresAt: number };

export type Store = { get: () => Kept | undefined; set: (kept: Kept | undefined) => void };

export type Session = ReturnType<typeof createSession>;

export const inMemory = (): Store => {
  let kept: Kept | undefined;
  return {
    get: () => kept,
    set: (now) => {
      kept = now;
    },
  };
};

/** Runs one piece of work after another. Two refreshes at once would get the same pair; one of them is enough. */
export type Lock = <T>(work: () => Promise<T>) => Promise<T>;

export const oneByOne = (): Lock => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
};

export const createSession = (
  target: Pick<Target, "baseUrl" | "fetch">,
  store: Store = inMemory(),
  alone: Lock = oneByOne(),
  /** Is given the code with which the server has ended the session. */
  onEnd: (code: string) => void = () => {},
) => {
  const keep = ({
    accessToken,
    refreshToken,
    expiresIn,
  }: Pick<TokenPair, "accessToken" | "refreshToken" | "expiresIn">) =>
    store.set({ accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });

  const forget = () => store.set(undefined);

  const end = ({ code }: ApiProblem) => {
    onEnd(code);
    forget();
  };

  /** A usable access token, refreshed if it has less than `marginMs` left, or if it is the one that was `refused`. */
  const token = async (refused?: string, marginMs = 30_000): Promise<string | undefined> => {
    const fresh = (kept = store.get()) =>
      kept && kept.accessToken !== refused && kept.expiresAt - Date.now() > marginMs ? kept.accessToken : undefined;
    if (!store.get()) return undefined;
    return (
      fresh() ??
      alone(async () => {
        const kept = store.get();
        if (!kept || fresh(kept)) return kept?.accessToken;
        const pair = await refreshed(target, kept.refreshToken);
        // another tab may have signed out, in or on meanwhile: its state is newer
        if (store.get()?.refreshToken === kept.refreshToken) pair instanceof ApiProblem ? end(pair) : keep(pair);
        return store.get()?.accessToken;
      })
    );
  };

  /** Has the access token signed again: what it says of the account may have changed. */
  const renew = () => token(store.get()?.accessToken);

  return { keep, forget, token, renew };
};

/** ms: within 30 s a refresh token whose answer was lost gets the same pair again, so all tries are over before that. */
const timeoutMs = 6_000;
const pausesMs = [300, 1_000, 3_000];

/**
 * The pair that comes after a refresh token, asked for again if there was no answer; a problem if the session is over. Throws an
 * `ApiProblem`, `offline` if there is no answer at all: the session is kept, and the next call tries again.
 */
const refreshed = async (
  target: Pick<Target, "baseUrl" | "fetch">,
  refreshToken: string,
): Promise<TokenPair | ApiProblem> => {
  const ask = () =>
    exchange({ ...target, timeoutMs }, "POST /v1/sessions/refresh", { body: { refreshToken } }).catch(() => undefined);
  for (let tries = 0; ; tries++) {
    const received = await ask();
    if (received?.status === 201) return received.body as TokenPair;
    if (received?.status === 401) return refusal(received);
    const pauseMs = pausesMs[tries];
    if (pauseMs === undefined) throw received ? refusal(received) : offline();
    await sleep(pauseMs);
  }
};
