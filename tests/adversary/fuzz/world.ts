/** A shop with sales in several states, and all that its visitors have learned, from which meaningful requests are made. */

import { sessionIdOf } from "#core/account/account.table.ts";
import { platform } from "#core/account/index.ts";
import { now } from "#core/lib/clock.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import { signTicket } from "#core/lib/ticket-tokens.ts";
import { sign } from "#core/lib/tokens.ts";
import * as Organisation from "#core/organisation/index.ts";
import type { ResourceOptions } from "#local/resources.ts";
import { startSandbox } from "#local/sandbox/server.ts";
import { freshSecrets, type Secrets } from "#local/secrets.ts";
import { block, stage as makeStage, type Stage, signedIn, type User } from "#tests/support/stage.ts";
import type { Json } from "./api.ts";
import type { Random } from "./random.ts";

export type Visitor = User & {
  roles: string[];
  orders: string[];
  tickets: string[];
  codes: string[];
  charges: string[];
  /** Their other sessions. */
  sessions: string[];
  /** By event. */
  places: Map<string, string>;
  admissions: Map<string, string>;
};

export type World = {
  stage: Stage;
  secrets: Secrets;
  visitors: Visitor[];
  admin: Visitor;
  /** Events that do not change; `patched` are those that requests may change, and `drafts` those that they may publish or delete. */
  events: { all: string[]; queued: string[] };
  patched: string[];
  drafts: string[];
  /** The admin's organisations, and invitations to them. */
  organisations: string[];
  invitations: { organisationId: string; invitationId: string }[];
  accounts: { email: string; password: string }[];
  refreshTokens: string[];
  /** By route. */
  cursors: Map<string, string[]>;
  keys: string[];
  /** Tokens that are not access tokens. */
  others: string[];
  stop(): Promise<void>;
};

export const PASSWORD = "a fuzzing password";
const KEPT = 60;

const keep = <T>(all: T[], one: T): void => {
  if (all.push(one) > KEPT) all.shift();
};

const visitor = async (stage: Stage): Promise<Visitor> => {
  const user = await stage.user({ balance: 1_000_000 });
  const sessions = Array.from({ length: 5 }, () => signedIn(user.userId).item);
  await putAll("Accounts", sessions);
  // a charge that the gateway decides later is the only one whose answer names it
  const body = { amount: 1_000, card: { token: "tok_async" } };
  const charge = await stage.call("POST /v1/wallet/charges", {
    ...{ token: user.token, body, headers: { "idempotency-key": user.userId } },
  });
  const charges = [charge.body.chargeId];
  return { ...user, roles: [], ...nothing(), charges, sessions: sessions.map(sessionIdOf) };
};

/** The owner of the tests' organisation, and of the platform, because only its owners make organisations. */
const organiser = async (stage: Stage): Promise<Visitor> => {
  const memberships = [testOrganisation, platform].map((organisationId) => ({
    organisationId,
    role: "owner" as const,
  }));
  const user = await stage.user({ memberships });
  const { userId } = user;
  for (const { organisationId, role } of memberships)
    await Organisation.adopt({ organisationId, name: "Fuzz", userId, role, now: now() });
  return { ...user, roles: ["admin"], ...nothing(), sessions: [] };
};

/** All events of the world are this organisation's. */
export const testOrganisation = "org_test";

const nothing = () => ({
  orders: [] as string[],
  tickets: [] as string[],
  codes: [] as string[],
  charges: [] as string[],
  places: new Map<string, string>(),
  admissions: new Map<string, string>(),
});

const sales = async (stage: Stage): Promise<World["events"]> => {
  const queue = { enabled: true, admitPerSecond: 1_000, maxActive: 10_000, sessionSeconds: 7_200, claimSeconds: 600 };
  const many = { maxSeatsPerUser: 1_000, queue: { enabled: false } };
  const tomorrow = new Date(now() + 86_400_000).toISOString();
  const made = [
    await stage.event({ ...many, title: "Plain", plan: block(40, 50) }),
    await stage.event({ ...many, title: "With a queue", plan: block(20, 20), queue }),
    await stage.event({ ...many, title: "In the lobby", salesOpenAt: tomorrow, queue }),
    await stage.event({ ...many, title: "In dollars", currency: "USD", plan: block(20, 20) }),
    await stage.event({ ...many, title: "Few seats", plan: block(1, 4) }),
    await stage.event({
      ...many,
      title: "Standing",
      plan: undefined,
      generalAdmission: [{ sectionId: "A", name: "Floor", capacity: 500, category: "Standard" }],
    }),
  ];
  const all = made.map(({ eventId }) => eventId);
  return { all, queued: all.slice(1, 3) };
};

/** Makes the shop on these engines, once in a process. */
export const open = async (engines: Omit<ResourceOptions, "prefix" | "gateway" | "secrets">): Promise<World> => {
  const secrets = freshSecrets();
  const gateway = { key: "sandbox-key" };
  const sandbox = await startSandbox({ ...gateway, delays: { hang: 20, decide: 40 } });
  const stage = await makeStage({ ...engines, secrets, gateway: { ...gateway, url: sandbox.url } });
  const admin = await organiser(stage);
  const visitors = await Promise.all(Array.from({ length: 6 }, () => visitor(stage)));
  const claims = { sub: admin.userId, sid: "ses_x", org: true };
  const later = now() + 86_400_000;
  const others = await Promise.all([
    sign("access", claims, now() - 1_000),
    sign("place", claims, later),
    sign("admission", claims, later),
    signTicket(claims),
  ]);
  const events = await sales(stage);
  const patched = [(await stage.event({ title: "To be changed" })).eventId];
  const drafts = await Promise.all([1, 2, 3, 4].map((n) => stage.event({ title: `Draft ${n}`, publish: false })));
  return {
    stage,
    secrets,
    visitors,
    admin,
    events,
    patched,
    drafts: drafts.map(({ eventId }) => eventId),
    organisations: [testOrganisation],
    invitations: [],
    accounts: [],
    refreshTokens: [],
    cursors: new Map(),
    keys: [],
    others,
    stop: () => sandbox.stop(),
  };
};

/** Adds a visitor and removes the oldest one. */
export const arrive = async (world: World): Promise<void> => {
  world.visitors.shift();
  world.visitors.push(await visitor(world.stage));
};

const ofOrder = (world: World, visitor: Visitor | undefined, order: Json): void => {
  if (!visitor || visitor === world.admin) return;
  if (!visitor.orders.includes(order.orderId)) keep(visitor.orders, order.orderId);
  for (const { ticketId, code } of order.tickets ?? []) {
    if (visitor.codes.includes(code)) continue;
    keep(visitor.tickets, ticketId);
    keep(visitor.codes, code);
  }
};

/** Learns from an answer. `eventId` and `organisationId` are those in the request's path. */
export const learn = (
  world: World,
  exchange: {
    key: string;
    visitor: Visitor | undefined;
    eventId: string | undefined;
    organisationId: string | undefined;
    sent: Json;
    body: Json;
  },
): void => {
  const { key, visitor, eventId, organisationId, sent, body } = exchange;
  if (body === undefined) return;
  if (key === "POST /v1/accounts") keep(world.accounts, { email: sent.email, password: sent.password });
  if (body.refreshToken) keep(world.refreshTokens, body.refreshToken);
  if (body.place && visitor && eventId) visitor.places.set(eventId, body.place);
  if (body.admission && visitor && eventId) visitor.admissions.set(eventId, body.admission);
  if (key === "POST /v1/admin/events") keep(body.status === "draft" ? world.drafts : world.patched, body.eventId);
  if (key === "POST /v1/admin/organisations") keep(world.organisations, body.organisationId);
  if (key.endsWith("/invitations") && organisationId)
    keep(world.invitations, { organisationId, invitationId: body.invitationId });
  if (body.chargeId && visitor) keep(visitor.charges, body.chargeId);
  if (body.orderId) ofOrder(world, visitor, body);
  if (key === "GET /v1/orders") for (const order of body.items) ofOrder(world, visitor, order);
  if (typeof body.next === "string") {
    const cursors = world.cursors.get(key) ?? [];
    keep(cursors, body.next);
    world.cursors.set(key, cursors);
  }
};

/** One of the visitors, or the organiser. */
export const someone = (world: World, random: Random): Visitor => random.of(world.visitors) as Visitor;
