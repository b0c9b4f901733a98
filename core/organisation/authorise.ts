/**
 * Who may call an organiser's route. The route says the least role, and what its organisation follows from. The organisation is the stored
 * object's, and never one that the request names for it. An object of another organisation is answered as one that does not exist. So is an
 * object of another event, if the caller is a device.
 */
import * as Catalog from "#core/catalog/index.ts";
import * as Order from "#core/order/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import { inside } from "./choose.ts";
import type { Membership, Role } from "./schema.ts";

/** The ids that a request names. `userId`: the owner of the order or the ticket, if the request has it. */
export type Named = {
  [Id in "eventId" | "orderId" | "ticketId" | "userId"]?: string | undefined;
};
export type Rule = { role: Role; of: "event" | "order" | "ticket" };

/**
 * The caller's membership in the organisation of what they named. 404 as of the named thing, if it does not exist or belongs to an
 * organisation of others; 403 `organisation.role_too_low`.
 */
export const authorise = async (
  memberships: Membership[],
  rule: Rule,
  named: Named,
  now: number,
): Promise<Membership> => {
  const { organisationId, eventId, missing } = await find[rule.of](named, now);
  const there = memberships.filter((one) => one.eventId === undefined || one.eventId === eventId);
  return inside(there, organisationId, rule.role, missing);
};

type Of = { organisationId: string | undefined; eventId: string | undefined };

const ofEvent = async (eventId: string, now: number): Promise<Of> => ({
  organisationId: await Catalog.ownerOf(eventId, now),
  eventId,
});

const ofOrder = async (orderId: string, userId: string | undefined, now: number): Promise<Of> => {
  const owner = userId ?? (await Order.ownerOf(orderId));
  const order = await Order.find({ userId: owner, orderId });
  return order ? ofEvent(order.eventId, now) : nothing;
};

const nothing: Of = { organisationId: undefined, eventId: undefined };

type Found = Of & { missing: () => Error };

/** The organisation and the event of what the request names, and the answer if that does not exist. */
const find: Record<Rule["of"], (named: Named, now: number) => Promise<Found>> = {
  event: async ({ eventId = "" }, now) => ({
    ...(await ofEvent(eventId, now)),
    missing: () => Catalog.EventNotFound(),
  }),
  order: async ({ orderId = "", userId }, now) => ({
    ...(await ofOrder(orderId, userId, now)),
    missing: () => Order.unknownOrder(userId),
  }),
  ticket: async ({ ticketId = "", userId }, now) => {
    const orderId = Ticket.orderOf(ticketId);
    return {
      ...(orderId === undefined ? nothing : await ofOrder(orderId, userId, now)),
      missing: () => (orderId === undefined || userId ? Ticket.unknownTicket() : Order.unknownOrder(userId)),
    };
  },
};
