/** An organisation as its members see it. */
import * as Account from "#core/account/index.ts";
import { iso } from "#core/lib/clock.ts";
import type { Page } from "#core/lib/schemas.ts";
import * as Log from "#core/log/index.ts";
import { open } from "./invitation.ts";
import type { Invitation, Organisation } from "./organisation.table.ts";
import { get } from "./organisation.ts";
import { atLeast } from "./schema.ts";

/** Its members, the highest role first, and its open invitations. */
export const members = async (organisationId: string, now: number) => {
  const organisation = await get(organisationId);
  const accounts = await Account.many(Object.keys(organisation.members));
  const items = Object.keys(organisation.members)
    .map((userId) => memberView(organisation, userId, accounts.get(userId)))
    .sort((a, b) => (atLeast(a.role, b.role) ? -1 : 1));
  const invitations = Object.entries(open(organisation, now)).map(([id, one]) => invitationView(id, one));
  return { items, invitations };
};

/** A member with their address and name, while their account exists. */
export const memberView = ({ members }: Organisation, userId: string, account: Account.Account | undefined) => {
  const { role, since } = members[userId] as Organisation["members"][string];
  return { userId, role, since: iso(since), ...(account && { email: account.email, name: account.name }) };
};

export const invitationView = (invitationId: string, { email, role, until }: Invitation) => ({
  ...{ invitationId, email, role },
  until: iso(until),
});

/** The organisation's log, newest first. */
export const log = async (
  of: string,
  query: { cursor?: string | undefined; limit?: number | undefined },
): Promise<Page<Log.LogEntry>> => {
  const { items, next } = await Log.list({ of, ...query });
  const accounts = await Account.many(items.map(({ by }) => by));
  return {
    items: items.map(({ of: _of, at, by, ...entry }) => {
      const email = accounts.get(by)?.email;
      return { ...entry, at: iso(at), by, ...(email && { email }) };
    }),
    next,
  };
};
