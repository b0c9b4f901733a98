/**
 * One buyer's way through a sale: sign up, sign in, join, wait, claim, hold, pay, follow, cancel, leave. Each step is a function of a
 * client, can be used alone, and throws an `ApiProblem`.
 */
import { type Client, freshKey } from "./client.ts";
import { nextRead, pace } from "./pace.ts";
import { sleep, untilAnswered } from "./pause.ts";
import { numberOf } from "./place.ts";
import { ApiProblem, codeOf } from "./problem.ts";
import type { Account, Admission, Credentials, NewOrder, Order, Pay, Place, TokenPair } from "./shapes.ts";

/** Work that a place or a sign-in may cost: `token`, a dot and a nonce, so that the SHA-256 begins with `difficulty` zero bits. */
export type Challenge = { token: string; difficulty: number };
export type Solve = (challenge: Challenge) => Promise<string>;

export const signUp = (api: Client, account: Account) => api.open("POST /v1/accounts", { body: account });

/** Signs in, and keeps the session in the client. */
export const signIn = async (
  api: Client,
  { email, password }: Pick<Credentials, "email" | "password">,
  solve?: Solve,
): Promise<TokenPair> => {
  const pair = await solving(solve, (challenge) =>
    api.open("POST /v1/sessions", { body: { email, password, challenge } }),
  );
  api.session.keep(pair);
  return pair;
};

/** Joins the queue, or gets the place that the user has already. `place` restores the place in a queue that has lost it. */
export const join = (
  api: Client,
  eventId: string,
  { place, solve }: { place?: string | undefined; solve?: Solve } = {},
): Promise<Place> =>
  solving(solve, (challenge) =>
    api.call("POST /v1/events/{eventId}/queue/places", { params: { eventId }, body: { place, challenge } }),
  );

/** Polls the queue as seldom as the wait allows. Resolves with true on the turn of the place, else with false: closed, or `timeoutMs` over. */
export const wait = async (
  api: Client,
  eventId: string,
  place: string,
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<boolean> => {
  const began = Date.now();
  const paced = pace(began);
  for (;;) {
    const status = await untilAnswered(() => api.open("GET /v1/events/{eventId}/queue", { params: { eventId } }));
    if (status.phase === "closed") return false;
    const number = await numberOf(place, status);
    if (status.phase === "line" && number !== undefined && number <= status.serving) return true;
    const at = Date.now();
    const { delay } = paced(status, { at, serverAt: Date.parse(status.asOf), number });
    if (at + delay > began + timeoutMs) return false;
    await sleep(delay);
  }
};

/** Enters. Throws `queue.not_yet` before the turn, with the seconds to wait. */
export const claim = (api: Client, eventId: string, place: string): Promise<Admission> =>
  api.call("POST /v1/events/{eventId}/queue/admissions", { params: { eventId }, body: { place } });

/** Waits for the turn and enters; undefined if the sale closes or `timeoutMs` is over before. */
export const enter = async (
  api: Client,
  eventId: string,
  place: string,
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<Admission | undefined> => {
  const until = Date.now() + timeoutMs;
  while (await wait(api, eventId, place, until - Date.now())) {
    try {
      return await claim(api, eventId, place);
    } catch (error) {
      if (codeOf(error) !== "queue.not_yet") throw error;
      await sleep(((error as ApiProblem).retryAfter ?? 3) * 1_000);
    }
  }
  return undefined;
};

/** Holds chosen seats or the best available. It is sent again after a lost answer, with the same key, so it never holds twice. */
export const hold = (api: Client, order: NewOrder, admission?: string): Promise<Order> => {
  const idempotencyKey = freshKey();
  return untilAnswered(() => api.call("POST /v1/orders", { body: order, admission, idempotencyKey }));
};

/** Pays by points or by a card's token. The answer says that the payment was accepted; `follow` resolves with its outcome. */
export const pay = (api: Client, orderId: string, how: Pay, idempotencyKey = freshKey()): Promise<Order> =>
  untilAnswered(
    () => api.call("POST /v1/orders/{orderId}/payment", { params: { orderId }, body: how, idempotencyKey }),
    5,
  );

/**
 * Reads an order until what `order` was answered with has its outcome: its payment, or its refund. Resolves with the order as it is
 * then, or as it is when the buyer has to act (`payment.action`) or `timeoutMs` is over.
 */
export const follow = async (api: Client, order: Order, timeoutMs = 60_000): Promise<Order> => {
  const { orderId, payment } = order;
  const began = Date.now();
  for (;;) {
    const now = await untilAnswered(() => api.call("GET /v1/orders/{orderId}", { params: { orderId } }));
    const isOurs = now.payment?.attemptId === payment?.attemptId;
    const isOpen = now.status === "paying" || now.status === "refunding" || now.payment?.status === "pending";
    if (isOurs && (!isOpen || now.payment?.action)) return now;
    const age = Date.now() - began;
    if (age > timeoutMs) return now;
    await sleep(nextRead(age));
  }
};

/** Releases a held order, which answers nothing, or cancels a confirmed one, which answers the order while it is refunded. */
export const cancel = (api: Client, orderId: string): Promise<Order | undefined> =>
  api.call("DELETE /v1/orders/{orderId}", { params: { orderId } });

/** Asks for the e-mail about an order again. */
export const askMail = (api: Client, orderId: string): Promise<undefined> =>
  api.call("POST /v1/orders/{orderId}/mail", { params: { orderId } });

/** Gives up the admission, and lets the next visitor in. */
export const leave = (api: Client, eventId: string): Promise<undefined> =>
  api.call("DELETE /v1/events/{eventId}/queue/admissions", { params: { eventId } });

/** All of it for a user who is signed in. Resolves with the order; a declined payment is on it. */
export const buy = async (api: Client, wanted: NewOrder, how: Pay): Promise<Order> => {
  const { eventId } = wanted;
  const { queue } = await api.open("GET /v1/events/{eventId}", { params: { eventId } });
  const admission = queue.enabled ? await enter(api, eventId, (await join(api, eventId)).place) : undefined;
  const { orderId } = await hold(api, wanted, admission?.admission);
  return follow(api, await pay(api, orderId, how));
};

/** Asks, and asks again with the work done if it costs work. */
const solving = async <T>(solve: Solve | undefined, ask: (challenge?: string) => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (!solve || !(error instanceof ApiProblem) || !error.code.endsWith(".challenge_required")) throw error;
    return ask(await solve(error.document.challenge as Challenge));
  }
};
