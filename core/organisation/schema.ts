import * as z from "zod/mini";
import { email } from "#core/account/schema.ts";
import { define } from "#core/lib/errors.ts";
import { Instant, lazy, named, text } from "#core/lib/schemas.ts";
import { roles } from "./roles.ts";

export { atLeast, roles } from "./roles.ts";

export type Role = (typeof roles)[number];
export const Role = lazy(() => z.enum(roles));

const ofOrganisation = () => ({ organisationId: z.string(), name: z.string(), role: Role });

export const NewOrganisation = named("NewOrganisation", () => z.strictObject({ name: text(100) }));
/** `role`: the caller's own. */
export const Organisation = named("Organisation", () => z.object(ofOrganisation()));
export const OrganisationList = named("OrganisationList", () => z.object({ items: z.array(Organisation) }));

export const Member = named("Member", () =>
  z.object({
    userId: z.string(),
    role: Role,
    since: Instant,
    /** While the account exists. */
    email: z.optional(z.string()),
    name: z.optional(z.string()),
  }),
);
export const MemberPatch = named("MemberPatch", () => z.strictObject({ role: Role }));

export const NewInvitation = named("NewInvitation", () => z.strictObject({ email: email(), role: Role }));
export type NewInvitation = z.infer<typeof NewInvitation>;
export const Invitation = named("Invitation", () =>
  z.object({ invitationId: z.string(), email: z.string(), role: Role, until: Instant }),
);
export const MemberList = named("MemberList", () =>
  z.object({ items: z.array(Member), invitations: z.array(Invitation) }),
);
/** An invitation as the invited account sees it. */
export const Invited = named("Invited", () => z.object({ ...ofOrganisation(), until: Instant }));

/** `eventId`: of a device at the entrance, which is a member for one event. */
export type Membership = { organisationId: string; role: Role; eventId?: string };

export const RoleTooLow = define("organisation.role_too_low", 403, "Your role in this organisation may not do this.");
export const OrganisationNotFound = define("organisation.not_found", 404, "You are in no such organisation.");
export const MemberNotFound = define("member.not_found", 404, "This organisation has no such member.");
export const LastOwner = define(
  "organisation.last_owner",
  409,
  "This is the last owner of the organisation: make another member an owner first.",
);
export const OrganisationFull = define(
  "organisation.full",
  409,
  "This organisation has 500 members or 50 open invitations: remove or withdraw some first.",
);
export const InvitationNotFound = define(
  "invitation.not_found",
  404,
  "There is no such invitation for this account: it was accepted, withdrawn, has expired, or is for another address.",
);
export const InvitationUnverified = define(
  "invitation.unverified",
  403,
  "An invitation asks for a proven e-mail address: prove it with a code (POST /v1/codes).",
);
