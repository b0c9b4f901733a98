import * as Session from "../api/session.ts";

/** An attempt to pay in the gateway's window: its key has to be the same on the way there and on the way back. */
export type Attempt = {
  /** The Idempotency-Key. */
  key: string;
  /** What the window calls it. */
  reference: string;
  /** Of a charge: how much. An order says so itself. */
  amount?: number;
  /** What the window gave: the payment is to be sent. */
  token?: string;
  /** When its window was opened, epoch ms. */
  at: number;
};

/** What the buyer is told when they come back without a payment. */
export type Came = { as: "closed" | "lost" } | { as: "declined"; code: string };

/**
 * An attempt belongs to an order, by its id, or is the `charge` of the wallet: the second part of the page's path, either way. All tabs
 * share what is kept, for a window may come back in another tab, or after its tab was closed.
 */
const place = (of: string) => `onsale:window:${Session.userId() ?? ""}:${of}`;

/** ms after its window was opened; the gateway forgets a payment that nobody confirmed long before. */
const keptFor = 60 * 60_000;

const all = (of: string): Attempt[] =>
  (JSON.parse(localStorage.getItem(place(of)) ?? "[]") as Attempt[]).filter(({ at }) => Date.now() - at < keptFor);

const write = (of: string, attempts: Attempt[]): void =>
  attempts.length > 0 ? localStorage.setItem(place(of), JSON.stringify(attempts)) : localStorage.removeItem(place(of));

/** By its reference; without one the attempt that is to be sent, or else the newest. */
export const attemptOf = (of: string, reference?: string | null): Attempt | undefined => {
  const attempts = all(of);
  if (reference) return attempts.find((one) => one.reference === reference);
  return attempts.find(({ token }) => token !== undefined) ?? attempts.at(-1);
};

export const keep = (of: string, attempt: Omit<Attempt, "at">): void =>
  write(of, [...all(of).filter(({ reference }) => reference !== attempt.reference), { ...attempt, at: Date.now() }]);

/** The attempt with this key is over. */
export const drop = (of: string, key: string): void =>
  write(
    of,
    all(of).filter((one) => one.key !== key),
  );

/**
 * What the window wrote into the address, for the attempt that was begun here. The first token of an attempt is the one that is sent:
 * a later one, by the back button, is left to expire, as is one that belongs to no attempt of this browser.
 */
export const judge = (query: URLSearchParams, attempt: Attempt | undefined): { token?: string; came?: Came } => {
  const token = query.get("paymentKey");
  const code = query.get("code");
  if (token) {
    if (attempt?.reference !== query.get("orderId")) return { came: { as: "lost" } };
    return attempt?.token ? {} : { token };
  }
  if (!code || !attempt || attempt.token) return {};
  return { came: code === "PAY_PROCESS_CANCELED" ? { as: "closed" } : { as: "declined", code } };
};
