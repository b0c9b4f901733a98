/** The users of the auth matrix: an owner of everything that a user can have, another user, and an organiser. */
import { randomUUID } from "node:crypto";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { profileKey, sessionIdOf } from "#core/account/account.table.ts";
import { platform } from "#core/account/index.ts";
import * as Devices from "#core/device/index.ts";
import * as Fanout from "#core/fanout/index.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Organisation from "#core/organisation/index.ts";
import { device } from "#tests/support/device.ts";
import type { Stage, User } from "#tests/support/harness.ts";
import { addPasskey } from "#tests/support/passkey.ts";
import { shop } from "#tests/support/shop.ts";
import { signedIn } from "#tests/support/stage.ts";

export const PASSWORD = "correct horse battery";

export type Owner = User & {
  eventId: string;
  place: string;
  admission: string;
  /** One held order, and one confirmed order with a ticket. */
  held: string;
  confirmed: string;
  confirmedEvent: string;
  /** Another event, which is cancelled. */
  cancelledEvent: string;
  /** One that is not published. */
  draftEvent: string;
  ticketId: string;
  code: string;
  refreshToken: string;
  /** Another session than the token's. */
  sessionId: string;
  /** A charge of their wallet. */
  chargeId: string;
  /** One of two. */
  passkeyId: string;
  /** The organisation of all events, with a member, and an invitation to the user. */
  organisationId: string;
  memberId: string;
  invitationId: string;
  /** At the entrance of `eventId`. */
  deviceId: string;
  /** That nobody has claimed. */
  pass: string;
};

const queue = { enabled: true, admitPerSecond: 1_000, maxActive: 1_000, sessionSeconds: 3_600, claimSeconds: 600 };

const enter = async (stage: Stage, user: User, eventId: string) => {
  const params = { eventId };
  const { token } = user;
  const joined = await stage.call("POST /v1/events/{eventId}/queue/places", { params, token, body: {} });
  const { place } = joined.body;
  const claim = () => stage.call("POST /v1/events/{eventId}/queue/admissions", { params, token, body: { place } });
  let claimed = await claim();
  for (let tries = 0; claimed.status === 409 && tries < 40; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    claimed = await claim();
  }
  return { place: place as string, admission: claimed.body.admission as string };
};

/** An invitation to a user, whose address is proven for it, into the organisation of all events. */
const invited = async ({ userId, email }: User) => {
  const organisationId = "org_test";
  const [by, memberId] = [Ids.make("usr", now()), Ids.make("usr", now())];
  const member = { organisationId, name: "Tests", now: now() };
  await Organisation.adopt({ ...member, userId: by, role: "owner" });
  await Organisation.adopt({ ...member, userId: memberId, role: "entrance" });
  const proven = new UpdateCommand({
    TableName: table("Accounts"),
    Key: profileKey(userId),
    UpdateExpression: "SET emailVerified = :true",
    ExpressionAttributeValues: { ":true": true },
  });
  await db().send(proven);
  const { invitationId } = await Organisation.invite({ organisationId, email, role: "entrance", by, now: now() });
  return { organisationId, memberId, invitationId };
};

/** A user who has everything that a user can have. */
export const settled = async (stage: Stage): Promise<Owner> => {
  const { hold, held, pay, get } = shop(stage);
  const user = await stage.user({ balance: 1_000_000 });
  const [{ eventId }, other, off, draft] = await Promise.all([
    stage.event({ queue }),
    stage.event(),
    stage.event(),
    stage.event({ publish: false }),
  ]);
  await Fanout.cancel({ eventId: off.eventId, by: user.userId, now: now() });
  const bought = await held(user, { eventId: other.eventId, seats: ["A-1-1"] });
  await pay(user, bought.orderId);
  await stage.drain();
  const [ticket] = (await get(user, bought.orderId)).tickets as { ticketId: string; code: string }[];
  const entered = await enter(stage, user, eventId);
  const open = await hold(user, { eventId, seats: ["A-1-1"] }, { admission: entered.admission });
  await stage.call("POST /v1/accounts", { body: { email: `x${user.email}`, password: PASSWORD, name: "X" } });
  const session = await stage.call("POST /v1/sessions", { body: { email: `x${user.email}`, password: PASSWORD } });
  const { item: another } = signedIn(user.userId);
  await db().send(new PutCommand({ TableName: table("Accounts"), Item: another }));
  const key = randomUUID();
  await stage.call("POST /v1/wallet/charges", {
    token: user.token,
    body: { amount: 1_000 },
    headers: { "idempotency-key": key },
  });
  const organisation = await invited(user);
  await addPasskey(stage, user);
  const { passkeyId } = await addPasskey(stage, user);
  return {
    ...user,
    eventId,
    ...entered,
    held: open.body.orderId,
    confirmed: bought.orderId,
    confirmedEvent: other.eventId,
    cancelledEvent: off.eventId,
    draftEvent: draft.eventId,
    ticketId: ticket?.ticketId ?? "",
    code: ticket?.code ?? "",
    refreshToken: session.body.refreshToken,
    sessionId: sessionIdOf(another),
    chargeId: Ids.sha256(key),
    passkeyId,
    deviceId: (await device(eventId)).deviceId,
    pass: (await Devices.add({ eventId, name: "Gate B", by: user.userId, now: now() })).token,
    ...organisation,
  };
};

export type Cast = { admin: User; stranger: User; owner: Owner; elsewhere: { eventId: string } };

/** All users, and an event in whose line none of them is. */
export const castOf = async (stage: Stage): Promise<Cast> => {
  const [admin, stranger, owner, elsewhere] = await Promise.all([
    stage.user({ memberships: ["org_test", platform].map((organisationId) => ({ organisationId, role: "owner" })) }),
    stage.user({ balance: 1_000_000 }),
    settled(stage),
    stage.event({ queue }),
  ]);
  await Organisation.adopt({
    organisationId: "org_test",
    name: "Tests",
    userId: admin.userId,
    role: "owner",
    now: now(),
  });
  return { admin, stranger, owner, elsewhere };
};
