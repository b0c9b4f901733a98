/** Holding seats: one request, safe to send again, and what its refusals mean for the map. */
import * as Buyer from "../../../client/buyer.ts";
import { ApiProblem, codeOf } from "../../../client/problem.ts";
import type { NewOrder, Order } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import * as Reads from "../api/reads.ts";
import * as Admission from "../line/admission.ts";
import { queries } from "../query.ts";

/** Holds seats with the admission that this browser keeps. */
export const hold = async (request: NewOrder): Promise<Order> => {
  const order = await Buyer.hold(api, request, Admission.held(request.eventId)?.admission);
  queries.setQueryData(Reads.order(order.orderId).queryKey, order);
  await Reads.changed("orders");
  return order;
};

/** The seats that a refusal names as taken. */
export const takenSeats = (error: unknown): string[] => {
  const seats = error instanceof ApiProblem && error.code === "seat.taken" ? error.document.seats : undefined;
  return Array.isArray(seats) ? seats.map(String) : [];
};

/** The time (epoch ms of the server) until which this account must wait, because three of its holds ended unpaid; undefined for another refusal. */
export const waitUntil = (error: unknown): number | undefined =>
  error instanceof ApiProblem && error.code === "order.cooldown"
    ? serverNow() + (error.retryAfter ?? 1) * 1000
    : undefined;

/** The open order that prevents another hold. */
export const openOrder = async (eventId: string): Promise<Order | undefined> => {
  const { items } = await queries.fetchQuery({ ...Reads.orders(), staleTime: 0 });
  return items.find((order) => order.eventId === eventId && (order.status === "held" || order.status === "paying"));
};

export const release = async (orderId: string): Promise<void> => {
  await Buyer.cancel(api, orderId);
  await Reads.changed("orders", "order", "wallet");
};

export const isGone = (error: unknown): boolean => codeOf(error) === "queue.admission_required";
