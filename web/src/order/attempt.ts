import * as Session from "../api/session.ts";

/** An attempt to pay in the gateway's window. Its key is the same before and after the window. */
export type Attempt = {
  /** The Idempotency-Key. */
  key: string;
  /** The window's name of the attempt. */
  reference: string;
  /** The amount of a charge. An order has its own total. */
  amount?: number;
  /** The window's token: the payment has to be sent. */
  token?: string;
  /** When its window was opened, epoch ms. */
  at: number;
};

/** Why the buyer came back without a payment. */
export type Came = { as: "closed" | "lost" } | { as: "declined"; code: string };

/**
 * `of` is the second part of the page's path: an order's id, or `charge` for the wallet. All tabs share the stored attempts, because a window
 * may return to another tab, or after its tab was closed.
 */
const place = (of: string) => `onsale:window:${Session.userId() ?? ""}:${of}`;

/** Attempts older than this, in ms, are dropped. The gateway drops an unconfirmed payment long before. */
const keptFor = 60 * 60_000;

const all = (of: string): Attempt[] =>
  (JSON.parse(localStorage.getItem(place(of)) ?? "[]") as Attempt[]).filter(({ at }) => Date.now() - at < keptFor);

const write = (of: string, attempts: Attempt[]): void =>
  attempts.length > 0 ? localStorage.setItem(place(of), JSON.stringify(attempts)) : localStorage.removeItem(place(of));

/** Finds an attempt by its reference; without one the attempt that has to be sent, or else the newest. */
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
 * Stores what the window wrote into the address, for an attempt of this browser. The first token of an attempt is the one that is sent.
 * A later token (by the back button) or one without an attempt in this browser is ignored and expires.
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
