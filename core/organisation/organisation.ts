/** Organisations and their members. Each change writes the organisation, the membership and the log entry in one transaction. */
import * as Account from "#core/account/index.ts";
import { contend, getOne, transact } from "#core/lib/dynamo.ts";
import { type Problem, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Log from "#core/log/index.ts";
import * as Table from "./organisation.table.ts";
import {
  atLeast,
  LastOwner,
  MemberNotFound,
  type Membership,
  OrganisationNotFound,
  type Role,
  RoleTooLow,
} from "./schema.ts";

export type Change = {
  /** The organisation after the change. */
  after: Table.Organisation;
  /** Whose membership is another one now. */
  userId?: string;
  /** Absent: nothing is logged, because nobody decided anything. */
  action?: Log.Action;
  subject?: string;
  changes?: Log.Changes;
};

/** The organisation, as last written. 404 `organisation.not_found`. */
export const get = async (organisationId: string): Promise<Table.Organisation> => {
  const item = await getOne("Accounts", Table.organisationKey(organisationId));
  if (!item) throw OrganisationNotFound();
  return Table.toOrganisation(item);
};

/** Makes an organisation, whose owner is `by`. */
export const create = async (args: { name: string; by: string; now: number }): Promise<Table.Organisation> => {
  const { name, by, now } = args;
  const organisationId = Ids.make("org", now);
  const after = {
    organisationId,
    name,
    members: { [by]: { role: "owner" as const, since: now } },
    invitations: {},
    version: 0,
  };
  await write({ after, userId: by, action: "organisation.created" }, by, now);
  return after;
};

/** The caller's organisations, each with their role. One that an earlier release wrote has its id as its name until it is adopted. */
export const list = async (memberships: Membership[]) =>
  Promise.all(
    memberships.map(async ({ organisationId, role }) => {
      const item = await getOne("Accounts", Table.organisationKey(organisationId));
      return { organisationId, name: item ? Table.toOrganisation(item).name : organisationId, role };
    }),
  );

/** Changes an organisation by `decide`, a pure function that may refuse. It decides again if somebody else has changed it meanwhile. */
export const change = (
  organisationId: string,
  by: string,
  now: number,
  decide: (before: Table.Organisation) => Change | undefined,
): Promise<Table.Organisation> =>
  contend(async () => {
    const before = await get(organisationId);
    const made = decide(before);
    if (!made) return before;
    return (await write(made, by, now)) ? made.after : undefined;
  }, Unavailable);

/** False if somebody else has changed the organisation since it was read. */
const write = async (
  { after, userId, action, subject, changes }: Change,
  by: string,
  now: number,
): Promise<boolean> => {
  const { organisationId } = after;
  const member = userId === undefined ? undefined : after.members[userId];
  const membership = userId === undefined ? [] : [Account.membership(userId, organisationId, member)];
  const entry = action ? [Log.entry({ of: organisationId, by, action, subject: subject ?? userId, changes, now })] : [];
  // The organisation's version is the condition of all three: a membership never differs from its organisation.
  return (await transact([Table.put(after), ...membership, ...entry])) === undefined;
};

/**
 * Brings a membership that was written without its organisation into it, and makes that if there is none: those of the seed, of an
 * operator's command and of earlier releases. Repeated, it changes nothing.
 */
export const adopt = async (args: {
  organisationId: string;
  name: string;
  userId: string;
  role: Role;
  now: number;
}): Promise<boolean> => {
  const { organisationId, name, userId, role, now } = args;
  return contend(async () => {
    const item = await getOne("Accounts", Table.organisationKey(organisationId));
    const before = item
      ? Table.toOrganisation(item)
      : { organisationId, name, members: {}, invitations: {}, version: 0 };
    if (Object.hasOwn(before.members, userId)) return false;
    const after = { ...before, members: { ...before.members, [userId]: { role, since: now } } };
    return (await write({ after, userId }, userId, now)) || undefined;
  }, Unavailable);
};

/** Adopts every membership that there is, and answers how many it brought in. For an operator: it reads the whole table. */
export const adoptAll = async (now: number): Promise<number> => {
  let adopted = 0;
  for await (const { userId, organisationId, role } of Account.allMemberships()) {
    const name = organisationId === Account.platform ? "Platform" : organisationId;
    if (await adopt({ organisationId, name, userId, role, now })) adopted++;
  }
  return adopted;
};

type OfMember = { organisationId: string; userId: string; by: string; now: number };

/** Gives a member another role. 404 `member.not_found`, 403 `organisation.role_too_low`, 409 `organisation.last_owner`. */
export const changeRole = ({ organisationId, userId, role, by, now }: OfMember & { role: Role }) =>
  change(organisationId, by, now, (before) => {
    const member = memberOf(before, userId);
    mayDecide(before, by, [member.role, role]);
    if (member.role === role) return undefined;
    keepsOwner(before, userId, role);
    const after = { ...before, members: { ...before.members, [userId]: { ...member, role } } };
    return { after, userId, action: "member.changed", changes: { role: { from: member.role, to: role } } };
  });

/** Removes a member: managers those up to their own role, everybody themselves. Errors as `changeRole`. */
export const remove = ({ organisationId, userId, by, now }: OfMember) =>
  change(organisationId, by, now, (before) => {
    const member = memberOf(before, userId);
    if (userId !== by) mayDecide(before, by, ["manager", member.role]);
    keepsOwner(before, userId);
    return removed(before, userId);
  });

const removed = (before: Table.Organisation, userId: string): Change => {
  const { [userId]: gone, ...members } = before.members;
  return { after: { ...before, members }, userId, action: "member.removed", changes: { role: { from: gone?.role } } };
};

/** An erased account leaves its organisations, also as the last owner: its erasure was asked for when there was another one. */
export const leaveAll = async (userId: string, now: number): Promise<void> => {
  for (const { organisationId } of await Account.membershipsOf(userId))
    if (await getOne("Accounts", Table.organisationKey(organisationId)))
      await change(organisationId, userId, now, (before) =>
        before.members[userId] ? removed(before, userId) : undefined,
      );
};

/** Whether an organisation would have no owner without this user. One that is not adopted yet counts as such. */
export const ownsAlone = async (userId: string): Promise<boolean> => {
  const owned = (await Account.membershipsOf(userId)).filter(({ role }) => role === "owner");
  const items = await Promise.all(
    owned.map(({ organisationId }) => getOne("Accounts", Table.organisationKey(organisationId))),
  );
  return items.some((item) => !item || !hasOwner(Table.toOrganisation(item), userId));
};

/** Somebody else than `userId` owns it. */
const hasOwner = ({ members }: Table.Organisation, userId: string): boolean =>
  Object.entries(members).some(([id, { role }]) => id !== userId && role === "owner");

const keepsOwner = (before: Table.Organisation, userId: string, role?: Role): void => {
  if (role !== "owner" && !hasOwner(before, userId)) throw LastOwner();
};

const memberOf = ({ members }: Table.Organisation, userId: string) => {
  const member = Object.hasOwn(members, userId) ? members[userId] : undefined;
  if (!member) throw MemberNotFound();
  return member;
};

/** Nobody gives, takes or changes a role above their own. The caller's role is that of the version which the change is written on. */
export const mayDecide = ({ members }: Table.Organisation, by: string, about: Role[]): void => {
  const own = members[by]?.role;
  if (!own || about.some((role) => !atLeast(own, role))) throw tooLow(own);
};

const tooLow = (own: Role | undefined): Problem =>
  own ? RoleTooLow(`Your role is ${own}: you cannot give, take or change a higher one.`) : RoleTooLow();
