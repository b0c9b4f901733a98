/**
 * Invitations into an organisation, by e-mail: valid for seven days, once, and only for an account that has proven the invited address. The
 * message of the e-mail is sent before the invitation is written, so that a crash leaves no invitation without one.
 */
import * as Account from "#core/account/index.ts";
import * as Ids from "#core/lib/ids.ts";
import type { Invitation, Organisation } from "./organisation.table.ts";
import { change, get, mayDecide } from "./organisation.ts";
import {
  atLeast,
  InvitationNotFound,
  InvitationUnverified,
  type NewInvitation,
  OrganisationFull,
  type Role,
} from "./schema.ts";

const invitationMs = 7 * 86_400_000;
/** The item of an organisation holds all of them, and DynamoDB takes items of at most 400 KB. */
const maxMembers = 500;
const maxInvitations = 50;
/** The invitation is nearly always written by then. A worker that is faster waits for the queue's visibility timeout. */
const writtenAfterSeconds = 2;

type At = { organisationId: string; invitationId: string };

/** 403 `organisation.role_too_low` for a role above the caller's own; 409 `organisation.full`. */
export const invite = async (args: NewInvitation & { organisationId: string; by: string; now: number }) => {
  const { organisationId, email, role, by, now } = args;
  const invitationId = Ids.make("inv", now);
  const invitation = { email, role, by, until: now + invitationMs };
  const decide = (found: Organisation) => {
    mayDecide(found, by, ["manager", role]);
    const before = { ...found, invitations: open(found, now) };
    if (Object.keys(before.invitations).length >= maxInvitations || Object.keys(before.members).length >= maxMembers)
      throw OrganisationFull();
    const after = { ...before, invitations: { ...before.invitations, [invitationId]: invitation } };
    return { after, action: "member.invited" as const, subject: invitationId, changes: { role: { to: role } } };
  };
  decide(await get(organisationId)); // a request that is refused sends no message
  const { send } = await import("#core/lib/sqs.ts");
  await send("MailQueue", { kind: "invitation", organisationId, invitationId }, writtenAfterSeconds);
  await change(organisationId, by, now, decide);
  return { invitationId, ...invitation };
};

/** Takes an invitation back. 404 `invitation.not_found`, also if it was accepted. */
export const withdraw = (args: At & { by: string; now: number }) =>
  change(args.organisationId, args.by, args.now, (before) => {
    const { [args.invitationId]: gone, ...invitations } = open(before, args.now);
    if (!gone?.until) throw InvitationNotFound();
    mayDecide(before, args.by, ["manager", gone.role]);
    const changes = { role: { from: gone.role } };
    return { after: { ...before, invitations }, action: "member.uninvited", subject: args.invitationId, changes };
  });

type ByInvited = At & { userId: string; now: number };

/** What the invited account sees. 404 `invitation.not_found`, also for another address; 403 `invitation.unverified`. */
export const read = async ({ organisationId, invitationId, userId, now }: ByInvited) => {
  const organisation = await get(organisationId).catch(() => undefined);
  const { role, until } = check(organisation, invitationId, await Account.get(userId), now);
  return { organisationId, name: organisation?.name ?? "", role, until };
};

/** Accepts it. A member's role is never lowered by that. Errors as `read`. */
export const accept = async ({ organisationId, invitationId, userId, now }: ByInvited) => {
  const account = await Account.get(userId);
  await read({ organisationId, invitationId, userId, now });
  const { name, members } = await change(organisationId, userId, now, (before) => {
    // Of two requests with one invitation the organisation's version lets one through. The other finds no invitation.
    const invitation = check(before, invitationId, account, now);
    const { [invitationId]: _used, ...invitations } = open(before, now);
    const own = before.members[userId];
    const role: Role = own && atLeast(own.role, invitation.role) ? own.role : invitation.role;
    const joined = { ...before.members, [userId]: { role, since: own?.since ?? now } };
    const changes = { role: { ...(own && { from: own.role }), to: role } };
    return { after: { ...before, members: joined, invitations }, userId, action: "member.joined", changes };
  });
  return { organisationId, name, role: members[userId]?.role as Role };
};

type Invited = Awaited<ReturnType<typeof Account.get>>;

const check = (organisation: Organisation | undefined, invitationId: string, account: Invited, now: number) => {
  const invitation = organisation && open(organisation, now)[invitationId];
  if (!invitation?.until || !account || account.erasing || !same(invitation.email, account.email))
    throw InvitationNotFound();
  if (!account.emailVerified) throw InvitationUnverified();
  return invitation;
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The invitations that have not expired. The expired ones go with the next change. */
export const open = ({ invitations }: Organisation, now: number): Record<string, Invitation> =>
  Object.fromEntries(Object.entries(invitations).filter(([, { until }]) => until > now));
