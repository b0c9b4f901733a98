/** Who is signed in here: a pair of tokens, shared by all tabs, refreshed by one of them at a time. */
import { ApiProblem } from "./problem.ts";

const KEY = "onsale:session";

export type Session = { accessToken: string; refreshToken: string; expiresAt: number };
type Pair = { accessToken: string; refreshToken: string; expiresIn: number };

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
addEventListener("storage", (event) => {
  if (event.key === KEY) tell();
});

export const current = (): Session | undefined => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
};

export const keep = ({ accessToken, refreshToken, expiresIn }: Pair): void => {
  localStorage.setItem(KEY, JSON.stringify({ accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 }));
  tell();
};

export const forget = (): void => {
  localStorage.removeItem(KEY);
  tell();
};

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The user id in the access token; the server alone decides whether it holds. */
export const userId = (): string | undefined => {
  const token = current()?.accessToken;
  return token ? claims<{ sub: string }>(token)?.sub : undefined;
};

/** What a JWS says, unverified. */
export const claims = <T>(token: string): T | undefined => {
  try {
    const part = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (char) => char.charCodeAt(0))));
  } catch {
    return undefined;
  }
};

// Two tabs that refresh at once would get the same pair; one of them is enough.
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  "locks" in navigator ? navigator.locks.request(KEY, work) : work();

/** ms: within 30 s a refresh token whose answer was lost gets the same pair again, so all tries are over before that. */
const answerMs = 6_000;
const pausesMs = [300, 1_000, 3_000];

/**
 * The pair that comes after a refresh token, asked for again where no answer came; undefined where the session is over. Throws an
 * `ApiProblem`, `offline` where nothing answers: the session is kept, and the next request tries again.
 */
const refreshed = async (refreshToken: string): Promise<Pair | undefined> => {
  for (let tries = 0; ; tries++) {
    const { response, body } = await ask(refreshToken).catch(() => ({ response: undefined, body: undefined }));
    if (response?.ok) return body;
    if (response?.status === 401) return undefined;
    const pause = pausesMs[tries];
    if (pause === undefined) throw new ApiProblem(body ?? { code: "offline" }, response?.status ?? 0);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};

/** An answer counts once its body is here: half a pair is none. */
const ask = async (refreshToken: string) => {
  const response = await fetch("/v1/sessions/refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refreshToken }),
    signal: AbortSignal.timeout(answerMs),
  });
  return { response, body: await response.json() };
};

/** A usable access token, refreshed when it has less than `margin` ms left, or when it is `refused`. */
export const token = async (refused?: string, margin = 30_000): Promise<string | undefined> => {
  const fresh = (session = current()) =>
    session && session.accessToken !== refused && session.expiresAt - Date.now() > margin
      ? session.accessToken
      : undefined;
  if (!current()) return undefined;
  return (
    fresh() ??
    alone(async () => {
      const session = current();
      if (!session || fresh(session)) return session?.accessToken;
      const pair = await refreshed(session.refreshToken);
      // another tab may have signed out, in or on meanwhile: its word is newer
      if (current()?.refreshToken === session.refreshToken) pair ? keep(pair) : forget();
      return current()?.accessToken;
    })
  );
};
