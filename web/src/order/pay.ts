/** Paying: one attempt, one key, however often it has to be sent. */
import { api, body, freshKey, type Order, type Schemas } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import * as Reads from "../api/reads.ts";
import * as Admission from "../line/admission.ts";
import { passing, queries } from "../query.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const pay = async ({ orderId }: Order, request: Schemas["Pay"]): Promise<Order> => {
  const key = freshKey();
  for (let tries = 0; ; tries++) {
    try {
      const params = { path: { orderId }, header: { "Idempotency-Key": key } };
      const order = await body(api.POST("/v1/orders/{orderId}/payment", { params, body: request }));
      noteSent(order);
      queries.setQueryData(Reads.order(orderId).queryKey, order);
      return order;
    } catch (error) {
      if (!passing(error) || tries >= 5) throw error;
      await sleep(Math.min(6_000, 700 * 2 ** tries));
    }
  }
};

/** Keys of charges whose outcome nobody knows yet, by what was asked for. */
const unknown = new Map<string, string>();

/** Charges points; a lost answer is asked for again under the same key, also when the buyer asks again: it is charged once. */
export const charge = async (amount: number, card?: string) => {
  const wanted = `${amount} ${card ?? ""}`;
  const key = unknown.get(wanted) ?? freshKey();
  unknown.set(wanted, key);
  for (let tries = 0; ; tries++) {
    try {
      const params = { header: { "Idempotency-Key": key } };
      const done = await body(
        api.POST("/v1/wallet/charges", { params, body: { amount, ...(card && { card: { token: card } }) } }),
      );
      unknown.delete(wanted);
      await Reads.changed("wallet", "entries");
      return done;
    } catch (error) {
      if (!passing(error)) unknown.delete(wanted);
      if (!passing(error) || tries >= 3) throw error;
      await sleep(800 * 2 ** tries);
    }
  }
};

/** A payment that was accepted, until its outcome shows on the order: nothing is written before the worker has it. */
type Sent = { at: number; attemptId: string | undefined };

const sentKey = (orderId: string) => `onsale:sent:${orderId}`;

/** Notes that a payment has been accepted, as the answer names it. */
const noteSent = ({ orderId, payment }: Order): void =>
  sessionStorage.setItem(sentKey(orderId), JSON.stringify({ at: Date.now(), attemptId: payment?.attemptId }));

/** Another attempt, of a second tab say, may have come before this one and hide it: after this the order is payable again. */
const HIDDEN = 60_000;

/** Whether a payment was sent from this browser whose outcome the order does not show. */
export const isUnseen = (order: Order): boolean => {
  const kept = sessionStorage.getItem(sentKey(order.orderId));
  if (!kept) return false;
  const { at, attemptId } = JSON.parse(kept) as Sent;
  if (order.payment === undefined) return true;
  return order.payment.attemptId !== attemptId && Date.now() - at < HIDDEN;
};

/** Whether a payment's outcome is still to come. */
export const isSettling = (order: Order): boolean =>
  order.status === "paying" || order.payment?.status === "pending" || (order.status === "held" && isUnseen(order));

/** ms until an order that is not being paid from here is read again: its time to pay passes, or another tab pays it. */
const nextLook = (order: Order): number | false => {
  const left = Date.parse(order.payBy) - serverNow();
  if (order.status === "held") return left > 0 ? left + 1_000 : 5_000;
  return order.status === "expired" && isUnseen(order) ? 5_000 : false;
};

/** How long to wait before the order is read again: soon at first, then ever less often. */
export const nextRead = (order: Order | undefined, since: number): number | false => {
  if (!order) return false;
  if (!isSettling(order) && order.status !== "refunding") return nextLook(order);
  const age = Date.now() - since;
  return age < 6_000 ? 500 : age < 30_000 ? 1_500 : 5_000;
};

/** A confirmed order has spent its admission. */
export const spent = (eventId: string): void => {
  Admission.dropAdmission(eventId);
  Admission.dropPlace(eventId);
};
