/**
 * Who may call an organiser's route. The route says the least role, and what its organisation follows from. The organisation is the stored
 * object's, and never one that the request names for it. An object of another organisation is answered as one that does not exist.
 */
import * as Catalog from "#core/catalog/index.ts";
import { invalid } from "#core/lib/errors.ts";
import * as Order from "#core/order/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import { atLeast, type Membership, OrganisationNotFound, type Role, RoleTooLow } from "./schema.ts";

/** The ids that a request names. `userId`: the owner of the order or the ticket, if the request has it. */
export type Named = {
  [Id in "eventId" | "orderId" | "ticketId" | "userId" | "organisationId"]?: string | undefined;
};
export type Rule = { role: Role; of: "event" | "order" | "ticket" | "organisation" };

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
  const { organisationId, missing } = await find[rule.of](named, now);
  const membership = memberships.find((one) => one.organisationId === organisationId);
  if (!membership) throw missing();
  return allow(membership, rule.role);
};

/** This membership. 403 `organisation.role_too_low` if its role is lower than `role`. */
export const allow = (membership: Membership, role: Role): Membership => {
  if (!atLeast(membership.role, role))
    throw RoleTooLow(`This needs the role ${role}, and yours in this organisation is ${membership.role}.`);
  return membership;
};

/** The organisation in which the caller makes something: the wanted one, or the only one in which their role is high enough. 422, 403. */
export const choose = (memberships: Membership[], role: Role, wanted: string | undefined): string => {
  const wrong = (message: string) => invalid({ path: "organisationId", message });
  if (wanted !== undefined) {
    const membership = memberships.find(({ organisationId }) => organisationId === wanted);
    if (!membership) throw wrong(`is none of your organisations: ${idsOf(memberships)}`);
    return allow(membership, role).organisationId;
  }
  const able = memberships.filter((one) => atLeast(one.role, role));
  const [first] = able;
  if (!first) throw RoleTooLow(`This needs the role ${role} in an organisation.`);
  if (able.length > 1) throw wrong(`is missing: name one of ${idsOf(able)}`);
  return first.organisationId;
};

const idsOf = (memberships: Membership[]): string => memberships.map(({ organisationId }) => organisationId).join(", ");

const ofOrder = async (orderId: string, userId: string | undefined, now: number): Promise<string | undefined> => {
  const owner = userId ?? (await Order.ownerOf(orderId));
  const order = await Order.find({ userId: owner, orderId });
  return order && Catalog.ownerOf(order.eventId, now);
};

type Found = { organisationId: string | undefined; missing: () => Error };

/** The organisation of what the request names, and the answer if that does not exist. */
const find: Record<Rule["of"], (named: Named, now: number) => Promise<Found>> = {
  event: async ({ eventId = "" }, now) => ({
    organisationId: await Catalog.ownerOf(eventId, now),
    missing: () => Catalog.EventNotFound(),
  }),
  order: async ({ orderId = "", userId }, now) => ({
    organisationId: await ofOrder(orderId, userId, now),
    missing: () => Order.unknownOrder(userId),
  }),
  ticket: async ({ ticketId = "", userId }, now) => {
    const orderId = Ticket.orderOf(ticketId);
    return {
      organisationId: orderId === undefined ? undefined : await ofOrder(orderId, userId, now),
      missing: () => (orderId === undefined || userId ? Ticket.unknownTicket() : Order.unknownOrder(userId)),
    };
  },
  organisation: async ({ organisationId }) => ({ organisationId, missing: () => OrganisationNotFound() }),
};
