/** Organisations: whose events they are, who is a member, and who may do what. authorise.ts and choose.ts are apart: admin needs no more than them. */
export { accept, invite, read as readInvitation, withdraw } from "./invitation.ts";
export { adopt, adoptAll, changeRole, create, leaveAll, list, ownsAlone, remove } from "./organisation.ts";
export * from "./schema.ts";
export { invitationView, log, members, memberView } from "./view.ts";
