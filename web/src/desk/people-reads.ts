/** Organisations, members and invitations: reads and writes. */
import type { Answer, Request } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import * as Session from "../api/session.ts";

export { atLeast, roles } from "../../../core/organisation/roles.ts";

export type Organisation = Answer<"GET /v1/admin/organisations">["items"][number];
export type Role = Organisation["role"];
export type MemberList = Answer<"GET /v1/admin/organisations/{organisationId}/members">;

export type At = { organisationId: string; invitationId: string };

export const invitation = (at: At) => ({
  queryKey: ["invitation", Session.userId() ?? "", at.organisationId, at.invitationId] as const,
  queryFn: () => api.call("GET /v1/invitations/{organisationId}/{invitationId}", { params: at }),
});

/** A changed membership: `GET /v1/me` corrects the account's mark, and the new tokens have it. */
const renewed = async (): Promise<void> => {
  await api.call("GET /v1/me");
  await api.session.renew();
  await Reads.changed("me", "organisations");
};

export const accept = async (at: At): Promise<true> => {
  await api.call("POST /v1/invitations/{organisationId}/{invitationId}", { params: at });
  await renewed();
  return true;
};

export const organisations = () => ({
  queryKey: ["organisations", Session.userId() ?? ""] as const,
  queryFn: () => api.call("GET /v1/admin/organisations"),
});

export const members = (organisationId: string) => ({
  queryKey: ["members", organisationId] as const,
  queryFn: () => api.call("GET /v1/admin/organisations/{organisationId}/members", { params: { organisationId } }),
});

export const log = (organisationId: string, cursor?: string) => ({
  queryKey: ["members-log", organisationId, cursor ?? ""] as const,
  queryFn: () =>
    api.call("GET /v1/admin/organisations/{organisationId}/log", {
      params: { organisationId },
      query: { cursor, limit: "30" },
    }),
});

/** Reads the members again, also after an error: the answer may be lost of a change that was written. */
const changing = async <T>(change: Promise<T>): Promise<T> => {
  try {
    return await change;
  } finally {
    await Reads.changed("members", "members-log");
  }
};

type Invite = Request<"POST /v1/admin/organisations/{organisationId}/invitations">["body"];

export const invite = (organisationId: string, body: Invite) =>
  changing(api.call("POST /v1/admin/organisations/{organisationId}/invitations", { params: { organisationId }, body }));

export const withdraw = (at: At) =>
  changing(api.call("DELETE /v1/admin/organisations/{organisationId}/invitations/{invitationId}", { params: at }));

type OfMember = { organisationId: string; userId: string };

export const changeRole = async (of: OfMember, role: Role): Promise<void> => {
  const route = "PATCH /v1/admin/organisations/{organisationId}/members/{userId}";
  await changing(api.call(route, { params: of, body: { role } }));
  if (of.userId === Session.userId()) await Reads.changed("organisations");
};

export const remove = (of: OfMember) =>
  changing(api.call("DELETE /v1/admin/organisations/{organisationId}/members/{userId}", { params: of }));

/** Removes the caller. */
export const leave = async (organisationId: string): Promise<true> => {
  const params = { organisationId, userId: Session.userId() ?? "" };
  await api.call("DELETE /v1/admin/organisations/{organisationId}/members/{userId}", { params });
  await renewed();
  return true;
};
