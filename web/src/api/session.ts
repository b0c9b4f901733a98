/** Who is signed in here: a pair of tokens, shared by all tabs, refreshed by one of them at a time. */
import { createSession, type Kept, type Lock, oneByOne } from "../../../client/session.ts";
import { claims } from "../../../client/tokens.ts";

const KEY = "onsale:session";
/** Why the server has ended the last session. */
const END = "onsale:session-end";

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
  if (kept) {
    localStorage.setItem(KEY, JSON.stringify(kept));
    localStorage.removeItem(END);
  } else localStorage.removeItem(KEY);
  tell();
};

const alone: Lock = "locks" in navigator ? (work) => navigator.locks.request(KEY, work) : oneByOne();

export const session = createSession(
  { baseUrl: "", fetch: (url, init) => fetch(url, init) },
  { get: current, set },
  alone,
  (code) => localStorage.setItem(END, code),
);

/** The code with which the server has ended the last session, until the next sign-in. */
export const ended = (): string | undefined => localStorage.getItem(END) ?? undefined;

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the access token says; only the server decides whether it is valid. */
const said = () => claims<{ sub: string; sid: string; ver?: true; org?: true }>(current()?.accessToken ?? "");

export const userId = (): string | undefined => said()?.sub;

export const sessionId = (): string | undefined => said()?.sid;

/** Whether the address was proven when the access token was signed. */
export const isVerified = (): boolean => said()?.ver === true;

/** Whether the account was an organiser's when the access token was signed. */
export const isOrganiser = (): boolean => said()?.org === true;
