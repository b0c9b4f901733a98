/** The organiser's reads and writes of orders and check-ins. */
import { type Client, freshKey } from "../../../client/client.ts";
import { untilAnswered } from "../../../client/pause.ts";
import { ApiProblem, codeOf } from "../../../client/problem.ts";
import type { AdminOrder, CheckedIn } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";

export const stats = (eventId: string) => ({
  queryKey: ["stats", eventId] as const,
  queryFn: () => api.call("GET /v1/admin/events/{eventId}/stats", { params: { eventId } }),
});

type OrderFilter = { eventId: string; q: string; status: AdminOrder["status"] | "" };

export const adminOrders = ({ eventId, q, status }: OrderFilter, cursor?: string) => ({
  queryKey: ["admin-orders", eventId, q, status, cursor ?? ""] as const,
  queryFn: () => {
    const query = { eventId, q: q || undefined, status: status || undefined, cursor, limit: "30" };
    return api.call("GET /v1/admin/orders", { query });
  },
  refetchInterval: 5_000,
});

const ofOrder = ({ orderId, userId }: AdminOrder) => ({ params: { orderId }, query: { userId } });

/** A worker sends the order's e-mail again. */
export const mailAgain = async (order: AdminOrder): Promise<true> => {
  await api.call("POST /v1/admin/orders/{orderId}/mail", ofOrder(order));
  return true;
};

/** From now on the order's e-mails go to `email`. With `again` the last one goes there at once. */
export const sendTo = async (order: AdminOrder, email: string, again: boolean): Promise<true> => {
  await api.call("PUT /v1/admin/orders/{orderId}/mail-address", { ...ofOrder(order), body: { email } });
  await Reads.changed("admin-orders");
  return again ? mailAgain(order) : true;
};

/** Options of a refund: refund although tickets were used, or record that the money was returned in another way. */
export type RefundWords = { force?: true; returnedOtherwise?: true };

/** Answers `used` if a ticket was checked in: nothing was done, and `force` refunds it anyway. */
export const refund = async (order: AdminOrder, words: RefundWords): Promise<"done" | "used"> => {
  const request = { ...ofOrder(order), body: words, idempotencyKey: freshKey() };
  try {
    await api.call("POST /v1/admin/orders/{orderId}/refund", request);
  } catch (error) {
    if (!words.force && error instanceof ApiProblem && error.document.checkedIn) return "used";
    throw error;
  }
  await Reads.changed("admin-orders", "stats");
  return "done";
};

export type Scan = { eventId: string; code: string; key: string };

/** Checks a ticket in, as the organiser or as a device (`by`). Sent again with its key, it is the same scan. */
export const checkIn = (by: Client, { key, ...scan }: Scan): Promise<CheckedIn> =>
  untilAnswered(() => by.call("POST /v1/admin/check-ins", { body: scan, idempotencyKey: key }));

/** Undoes this check-in and no later one. It can be sent again. */
export const undoCheckIn = async (by: Client, { ticketId, userId, checkedInAt }: CheckedIn): Promise<true> => {
  const request = { params: { ticketId }, query: { userId, checkedInAt } };
  try {
    await untilAnswered(() => by.call("DELETE /v1/admin/check-ins/{ticketId}", request));
  } catch (error) {
    if (codeOf(error) !== "ticket.not_checked_in") throw error;
  }
  return true;
};
