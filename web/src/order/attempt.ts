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
};

/** What the buyer is told when they come back without a payment. */
export type Came = { as: "closed" | "lost" } | { as: "declined"; code: string };

/** An attempt belongs to an order, by its id, or is the `charge` of the wallet: the second part of the page's path, either way. */
const place = (of: string) => `onsale:window:${of}`;

export const attemptOf = (of: string): Attempt | undefined =>
  JSON.parse(sessionStorage.getItem(place(of)) ?? "null") ?? undefined;

export const keep = (of: string, attempt: Attempt): void => sessionStorage.setItem(place(of), JSON.stringify(attempt));

export const drop = (of: string): void => sessionStorage.removeItem(place(of));

/**
 * What the window wrote into the address, for the attempt that was begun here. The first token of an attempt is the one that is sent:
 * a later one, by the back button, is left to expire, as is one that belongs to no attempt of this tab.
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
