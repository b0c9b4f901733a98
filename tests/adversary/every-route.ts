/** Every route of the table, who calls it, and names of things that do not exist. */
import { type Route, type RouteKey, routes } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import * as Ids from "#core/lib/ids.ts";
import { stage as makeStage, type Stage } from "#tests/support/harness.ts";

export const everyRoute = Object.entries(routes) as [RouteKey, Route][];

/** Well-formed parameters of things that do not exist. */
export const absent = () => ({
  eventId: Ids.make("evt", now()),
  orderId: Ids.make("ord", now()),
  sectionId: "A",
  kind: "orders",
  ticketId: "tkt_none_1",
  chargeId: Ids.sha256("none"),
  sessionId: Ids.make("ses", now()),
  passkeyId: "none",
  provider: "sandbox",
  organisationId: "org_none",
  invitationId: Ids.make("inv", now()),
  userId: Ids.make("usr", now()),
  deviceId: Ids.make("dev", now()),
});

/** A buyer and an organiser. */
export const signedIn = async (stage: Stage) => {
  const [buyer, admin] = await Promise.all([stage.user(), stage.user({ roles: ["admin"] })]);
  return { buyer, admin };
};

/** A stage of the file's own, and who is signed in there. */
export const callers = async () => {
  const stage = await makeStage();
  return { stage, ...(await signedIn(stage)) };
};
