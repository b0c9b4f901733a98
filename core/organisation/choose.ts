/** Whether a membership is enough, and in which organisation something is made. */
import { invalid } from "#core/lib/errors.ts";
import { atLeast, type Membership, type Role, RoleTooLow } from "./schema.ts";

/** The membership in this organisation, if its role is high enough. Without one it throws `missing`: what is not yours does not exist. */
export const inside = (
  memberships: Membership[],
  organisationId: string | undefined,
  role: Role,
  missing: () => Error,
): Membership => {
  const membership = memberships.find((one) => one.organisationId === organisationId);
  if (!membership) throw missing();
  return allow(membership, role);
};

/** This membership. 403 `organisation.role_too_low` if its role is lower than `role`. */
const allow = (membership: Membership, role: Role): Membership => {
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
  const [first = "", ...others] = where(memberships, role);
  if (others.length > 0) throw wrong(`is missing: name one of ${[first, ...others].join(", ")}`);
  return first;
};

/** The organisations in which the caller's role is high enough. 403 `organisation.role_too_low` if there is none. */
export const where = (memberships: Membership[], role: Role): string[] => {
  const able = memberships.filter((one) => atLeast(one.role, role));
  if (able.length === 0) throw RoleTooLow(`This needs the role ${role} in an organisation.`);
  return able.map(({ organisationId }) => organisationId);
};

const idsOf = (memberships: Membership[]): string => memberships.map(({ organisationId }) => organisationId).join(", ");
