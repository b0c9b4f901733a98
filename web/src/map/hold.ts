/** Holding seats: one request, safe to send again, and what its refusals mean for the map. */
import { api, body, freshKey, type Order, type Schemas } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import { ApiProblem, codeOf } from "../api/problem.ts";
import * as Reads from "../api/reads.ts";
import * as Admission from "../line/admission.ts";
import { queries, untilDecided } from "../query.ts";

type NewOrder = Schemas["NewOrder"];

/** Holds, with the same key again when nothing was decided: a lost answer never holds twice. */
export const hold = async (request: NewOrder): Promise<Order> => {
  const key = freshKey();
  const admission = Admission.held(request.eventId)?.admission;
  const header = { "Idempotency-Key": key, ...(admission && { Admission: admission }) };
  const order = await untilDecided(() => body(api.POST("/v1/orders", { params: { header }, body: request })));
  queries.setQueryData(Reads.order(order.orderId).queryKey, order);
  await Reads.changed("orders");
  return order;
};

/** The seats that a refusal names as taken. */
export const takenSeats = (error: unknown): string[] => {
  const seats = error instanceof ApiProblem && error.code === "seat.taken" ? error.document.seats : undefined;
  return Array.isArray(seats) ? seats.map(String) : [];
};

/** Until when (epoch ms of the server) this account must wait, because it let three holds go; undefined where the refusal is another. */
export const waitUntil = (error: unknown): number | undefined =>
  error instanceof ApiProblem && error.code === "order.cooldown"
    ? serverNow() + (error.retryAfter ?? 1) * 1000
    : undefined;

/** The open order that stands in the way of another hold. */
export const openOrder = async (eventId: string): Promise<Order | undefined> => {
  const { items } = await queries.fetchQuery({ ...Reads.orders(), staleTime: 0 });
  return items.find((order) => order.eventId === eventId && (order.status === "held" || order.status === "paying"));
};

export const release = async (orderId: string): Promise<void> => {
  await api.DELETE("/v1/orders/{orderId}", { params: { path: { orderId } } });
  await Reads.changed("orders", "order", "wallet");
};

export const isGone = (error: unknown): boolean => codeOf(error) === "queue.admission_required";
