/** Who is signed in here: a pair of tokens, shared by all tabs, refreshed by one of them at a time. */
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

// A spent refresh token revokes its whole family, so two tabs must never send the same one.
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  "locks" in navigator ? navigator.locks.request(KEY, work) : work();

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
      const response = await fetch("/v1/sessions/refresh", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ refreshToken: session.refreshToken }),
      });
      if (response.ok) {
        keep(await response.json());
        return current()?.accessToken;
      }
      if (response.status === 401) forget();
      return undefined;
    })
  );
};
