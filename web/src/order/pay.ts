/** Paying: one attempt, one key, however often it has to be sent. */
import * as Buyer from "../../../client/buyer.ts";
import { freshKey } from "../../../client/client.ts";
import { nextRead as pauseUntilRead } from "../../../client/pace.ts";
import { passing } from "../../../client/problem.ts";
import type { Order, Pay, PaymentForm } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import * as Reads from "../api/reads.ts";
import { w } from "../i18n/index.ts";
import * as Admission from "../line/admission.ts";
import { queries } from "../query.ts";
import * as Attempt from "./attempt.ts";

/** Keys of payments without an answer, by request. The same request again uses the same key. */
const unknown = new Map<string, string>();

export const pay = async ({ orderId }: Order, request: Pay, given?: string): Promise<Order> => {
  const wanted = `${orderId} ${JSON.stringify(request)}`;
  const key = given ?? unknown.get(wanted) ?? freshKey();
  unknown.set(wanted, key);
  const forget = () => {
    unknown.delete(wanted);
    Attempt.drop(orderId, key);
  };
  try {
    const order = await Buyer.pay(api, orderId, request, key);
    forget();
    noteSent(order);
    queries.setQueryData(Reads.order(orderId).queryKey, order);
    return order;
  } catch (error) {
    if (!passing(error)) forget();
    throw error;
  }
};

/** Sends what the window gave, under the key that it was opened with; false where there is nothing to send. */
export const payAsKept = async (order: Order): Promise<boolean> => {
  const kept = Attempt.attemptOf(order.orderId);
  if (!kept?.token) return false;
  await pay(order, { method: "card", card: { token: kept.token } }, kept.key);
  return true;
};

/** Opens the gateway's window for a new attempt, and leaves the page for it. */
export const openWindow = async ({ orderId }: Order, title: string): Promise<void> => {
  const key = freshKey();
  const form = await api.call("POST /v1/orders/{orderId}/payment/form", { params: { orderId }, idempotencyKey: key });
  await leaveFor(orderId, { key, reference: form.reference }, form, title);
};

/** Leaves the page for the gateway's window. */
export const leaveFor = async (
  of: string,
  attempt: Omit<Attempt.Attempt, "at">,
  form: PaymentForm,
  title: string,
): Promise<void> => {
  Attempt.keep(of, attempt);
  try {
    const toss = await import("./toss.ts");
    await toss.openWindow(form, title);
  } catch (cause) {
    throw Object.assign(new Error("The window did not open", { cause }), { said: w.checkout.window.failed });
  }
};

/** Asks the API to check with the gateway after the buyer's step; `cancel` if the buyer gives up. */
export const comeBack = async ({ orderId }: Order, cancel = false): Promise<void> => {
  const request = { params: { orderId }, body: cancel ? { cancel } : {} };
  const order = await api.call("POST /v1/orders/{orderId}/payment/return", request);
  queries.setQueryData(Reads.order(orderId).queryKey, order);
};

/** A payment that was accepted. It is kept until the order shows its outcome, because the order shows nothing before the worker has read it. */
type Sent = {
  at: number;
  attemptId: string | undefined;
  /** The bank's check was begun, too. */
  begun?: true;
};

const sentKey = (orderId: string) => `onsale:sent:${orderId}`;
const sentOf = (orderId: string): Sent | undefined =>
  JSON.parse(sessionStorage.getItem(sentKey(orderId)) ?? "null") ?? undefined;

/** Notes that a payment has been accepted, as the answer names it. */
const noteSent = ({ orderId, payment }: Order): void =>
  sessionStorage.setItem(sentKey(orderId), JSON.stringify({ at: Date.now(), attemptId: payment?.attemptId }));

/** ms. An attempt of a second tab may have come first, and the order shows only that one. After this time the order is payable again. */
const HIDDEN = 60_000;

/** Whether a payment was sent from this browser whose outcome the order does not show. */
export const isUnseen = (order: Order): boolean => {
  const sent = sentOf(order.orderId);
  if (!sent) return false;
  const { at, attemptId } = sent;
  if (order.payment === undefined) return true;
  return order.payment.attemptId !== attemptId && Date.now() - at < HIDDEN;
};

/** Whether the bank's check begins without a click: once, and only in the tab that sent the payment. */
export const beginsHere = ({ orderId, payment }: Order): boolean => {
  const sent = sentOf(orderId);
  return sent !== undefined && sent.attemptId === payment?.attemptId && !sent.begun;
};

export const noteBegun = ({ orderId }: Order): void => {
  const sent = sentOf(orderId);
  if (sent) sessionStorage.setItem(sentKey(orderId), JSON.stringify({ ...sent, begun: true }));
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

/** How long to wait before the order is read again: soon at first, then less and less often. */
export const nextRead = (order: Order | undefined, since: number): number | false => {
  if (!order) return false;
  if (!isSettling(order) && order.status !== "refunding") return nextLook(order);
  return pauseUntilRead(Date.now() - since);
};

/** A confirmed order has spent its admission. */
export const spent = (eventId: string): void => {
  Admission.dropAdmission(eventId);
  Admission.dropPlace(eventId);
};
