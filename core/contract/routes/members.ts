/** Organisations, their members and invitations. */
import * as Log from "#core/log/schema.ts";
import * as Organisation from "#core/organisation/schema.ts";
import { organisers, type Route } from "./route.ts";

const { OrganisationNotFound, MemberNotFound, LastOwner, InvitationNotFound, InvitationUnverified } = Organisation;
const own = { service: "members", auth: "admin", of: "organisation", throttle: organisers } as const;
const invited = { service: "members", auth: "user", session: "checked", throttle: organisers } as const;

export const members = {
  "GET /v1/admin/organisations": {
    ...own,
    role: "entrance",
    of: "any",
    summary: "My organisations, with my role in each",
    answers: { 200: Organisation.OrganisationList },
  },
  "POST /v1/admin/organisations": {
    ...own,
    role: "owner",
    of: "platform",
    summary: "Make an organisation, and own it. Only the platform's owners may",
    body: Organisation.NewOrganisation,
    answers: { 201: Organisation.Organisation },
  },
  "GET /v1/admin/organisations/{organisationId}/members": {
    ...own,
    role: "manager",
    summary: "Members and open invitations",
    answers: { 200: Organisation.MemberList },
    errors: [OrganisationNotFound],
  },
  "PATCH /v1/admin/organisations/{organisationId}/members/{userId}": {
    ...own,
    role: "manager",
    summary: "Give a member another role, at most one's own",
    body: Organisation.MemberPatch,
    answers: { 200: Organisation.Member },
    errors: [OrganisationNotFound, MemberNotFound, LastOwner],
  },
  "DELETE /v1/admin/organisations/{organisationId}/members/{userId}": {
    ...own,
    role: "entrance",
    summary:
      "Remove a member, with effect at once. Everybody may remove themselves, and managers also others up to their own role",
    answers: { 204: null },
    errors: [OrganisationNotFound, MemberNotFound, LastOwner],
  },
  "POST /v1/admin/organisations/{organisationId}/invitations": {
    ...own,
    role: "manager",
    summary: "Invite somebody by e-mail, for seven days",
    body: Organisation.NewInvitation,
    answers: { 201: Organisation.Invitation },
    errors: [OrganisationNotFound, Organisation.OrganisationFull],
  },
  "DELETE /v1/admin/organisations/{organisationId}/invitations/{invitationId}": {
    ...own,
    role: "manager",
    summary: "Withdraw an invitation",
    answers: { 204: null },
    errors: [OrganisationNotFound, InvitationNotFound],
  },
  "GET /v1/admin/organisations/{organisationId}/log": {
    ...own,
    role: "manager",
    summary: "Who changed the organisation and its members, newest first",
    query: Log.LogQuery,
    answers: { 200: Log.Log },
    errors: [OrganisationNotFound],
  },
  "GET /v1/invitations/{organisationId}/{invitationId}": {
    ...invited,
    summary: "An invitation to my address",
    answers: { 200: Organisation.Invited },
    errors: [InvitationNotFound, InvitationUnverified],
  },
  "POST /v1/invitations/{organisationId}/{invitationId}": {
    ...invited,
    summary: "Accept an invitation, once. Read GET /v1/me and refresh the session to use organisers' routes",
    answers: { 201: Organisation.Organisation },
    errors: [InvitationNotFound, InvitationUnverified],
  },
} as const satisfies Record<string, Route>;
