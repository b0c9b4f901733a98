/** Who is signed in here: a pair of tokens, shared by all tabs, refreshed by one of them at a time. */
import { createSession, type Kept, type Lock, oneByOne } from "../../../client/session.ts";
import { claims } from "../../../client/tokens.ts";

const KEY = "onsale:session";

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
addEventListener("storage", (event) => {
  if (event.key === KEY) tell();
});

export const current = (): Kept | undefined => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
};

const set = (kept: Kept | undefined): void => {
  if (kept) localStorage.setItem(KEY, JSON.stringify(kept));
  else localStorage.removeItem(KEY);
  tell();
};

const alone: Lock = "locks" in navigator ? (work) => navigator.locks.request(KEY, work) : oneByOne();

export const session = createSession(
  { baseUrl: "", fetch: (url, init) => fetch(url, init) },
  { get: current, set },
  alone,
);

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The user id in the access token; the server alone decides whether it holds. */
export const userId = (): string | undefined => {
  const token = current()?.accessToken;
  return token ? claims<{ sub: string }>(token)?.sub : undefined;
};
