/** Organisations, their members and invitations, and the devices at an event's entrance, which are members for that event. */
import * as Catalog from "#core/catalog/schema.ts";
import * as Device from "#core/device/schema.ts";
import * as Log from "#core/log/schema.ts";
import * as Organisation from "#core/organisation/schema.ts";
import { expensive, organisers, type Route } from "./route.ts";

const { OrganisationNotFound, MemberNotFound, LastOwner, InvitationNotFound, InvitationUnverified } = Organisation;
const own = { service: "members", auth: "admin", of: "organisation", throttle: organisers } as const;
const ofEvent = { service: "members", auth: "admin", role: "manager", of: "event", throttle: organisers } as const;
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
  "GET /v1/admin/events/{eventId}/devices": {
    ...ofEvent,
    summary: "The devices at the entrance, and the passes that can be claimed",
    answers: { 200: Device.DeviceList },
    errors: [Catalog.EventNotFound],
  },
  "POST /v1/admin/events/{eventId}/devices": {
    ...ofEvent,
    summary: "Add a device to the entrance. Its pass is shown once, and one device can claim it within 15 minutes",
    body: Device.NewDevice,
    answers: { 201: Device.NewPass },
    errors: [Catalog.EventNotFound, Device.TooManyDevices],
  },
  "DELETE /v1/admin/events/{eventId}/devices/{deviceId}": {
    ...ofEvent,
    summary: "Revoke a device. Its next request is refused",
    answers: { 204: null },
    errors: [Catalog.EventNotFound, Device.DeviceNotFound],
  },
  "POST /v1/devices": {
    service: "members",
    auth: "public",
    summary:
      "Claim a pass for the public key of this device. The device then signs each request: `Authorization: Device <JWS>`",
    body: Device.DeviceClaim,
    answers: { 201: Device.ClaimedDevice },
    errors: [Device.PassInvalid, Device.PassClaimed],
    rateGroup: "Credentials",
    throttle: expensive,
  },
} as const satisfies Record<string, Route>;
