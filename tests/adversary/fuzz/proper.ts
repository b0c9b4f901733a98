/** Valid requests, as a client sends them. */
import { kinds as exportKinds } from "#core/export/schema.ts";
import { now } from "#core/lib/clock.ts";
import type { HttpRequest } from "#local/payload.ts";
import { signature } from "#local/sandbox/webhooks.ts";
import { block } from "#tests/support/stage.ts";
import type { Operation } from "./api.ts";
import type { Random } from "./random.ts";
import { type Hint, valid } from "./values.ts";
import { PASSWORD, someone, testOrganisation, type Visitor, type World } from "./world.ts";

export type Asked = {
  /** The operation that the request reaches; undefined if none. */
  operation: Operation | undefined;
  request: HttpRequest & { headers: Record<string, string> };
  visitor: Visitor | undefined;
  eventId: string | undefined;
  organisationId: string | undefined;
  /** The bearer's role, if it is known. */
  access: "nobody" | "user" | "admin" | "unknown";
  /** The faults that were put in. */
  wrong: string[];
};

/** The parts of a request. */
export type Making = {
  random: Random;
  world: World;
  operation: Operation;
  visitor: Visitor;
  n: number;
  eventId: string;
};

const CARDS = [
  "tok_approve",
  "tok_approve",
  "tok_decline",
  "tok_twice",
  "tok_async",
  "tok_timeout_after",
  "tok_webhook_early",
  "tok_nobody",
] as const;

/** Fields that are left out instead of invented. */
const LEFT_OUT = Symbol("left out");

const seat = (random: Random) => `A-${1 + random.below(20)}-${1 + random.below(20)}`;
const DAY = 86_400_000;
const day = (from: number) => new Date(now() + from * DAY).toISOString();

/** A meaningful value for a field of this name, from the world. */
const hints = ({ random, world, operation, visitor, n, eventId }: Making): Hint => {
  const account = random.of(world.accounts) ?? { email: "nobody@onsale.test", password: PASSWORD };
  const entering = operation.key === "POST /v1/sessions";
  const scanned = random.of(someone(world, random).codes) ?? "x";
  const place = () => (random.chance(0.9) ? visitor : someone(world, random)).places.get(eventId);
  const known: Record<string, () => unknown> = {
    email: () => (entering ? account.email : `fuzz-${n}@onsale.test`),
    password: () => (entering ? account.password : PASSWORD),
    refreshToken: () => random.of(world.refreshTokens) ?? "none",
    eventId: () => (operation.key.endsWith("/check-ins") ? eventOf(scanned) : undefined) ?? eventId,
    seats: () => [...new Set(Array.from({ length: 1 + random.below(3) }, () => seat(random)))],
    quantity: () => 1 + random.below(4),
    sectionId: () => "A",
    category: () => "Standard",
    place: () => place() ?? (operation.key.endsWith("/places") ? LEFT_OUT : "none yet"),
    code: () => (operation.key.includes("check-ins") ? scanned : "00000000"),
    codeId: () => "cod_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    token: () => random.pick(CARDS),
    publicKey: () => `B${"A".repeat(86)}`,
    forfeit: () => false, // the world needs its accounts
    organisationId: () => testOrganisation,
    amount: () => 1 + random.below(100_000),
    userId: () => visitor.userId,
    prices: () => ({ Standard: 1_000 }),
    plan: () => (random.chance(0.7) ? block(2, 3) : undefined),
    generalAdmission: () => [{ sectionId: "G", name: "Floor", capacity: 20, category: "Standard" }],
    startsAt: () => day(30),
    salesOpenAt: () => day(random.chance(0.7) ? -1 : 1),
    salesCloseAt: () => day(20),
    cancelUntil: () => day(10),
    refundUntil: () => day(10),
    departsAt: () => day(30),
    arrivesAt: () => day(30.5),
  };
  return (name) => {
    const value = Object.hasOwn(known, name) ? known[name]?.() : undefined;
    if (value === LEFT_OUT) return { value: undefined };
    return value === undefined ? undefined : { value };
  };
};

/** The event in a ticket's code. */
const eventOf = (code: string): string | undefined => {
  const [, payload] = code.split(".");
  return payload && JSON.parse(Buffer.from(payload, "base64url").toString()).evt;
};

/** An event that suits the route. */
export const eventFor = ({ key }: Operation, { events, patched, drafts }: World, random: Random): string => {
  if (key === "POST /v1/orders" && random.chance(0.5)) return events.all[0] ?? "";
  if (/^DELETE|\/publish$/.test(key) && random.chance(0.8)) return random.of(drafts) ?? "";
  const some =
    /^(PATCH|DELETE) |\/(cancel|publish|postpone)$/.test(key) || random.chance(0.1)
      ? patched
      : key.includes("queue")
        ? events.queued
        : events.all;
  return random.of(some) ?? "";
};

/** Mostly the latest one, because it can still be paid. */
const orderOf = ({ orders }: Visitor, random: Random) => (random.chance(0.7) ? orders.at(-1) : random.of(orders));

const pathOf = (making: Making): { path: string; organisationId: string | undefined } => {
  const { operation, world, random, visitor, eventId } = making;
  const owner = random.chance(0.9) ? visitor : someone(world, random);
  const invited = random.of(world.invitations);
  const params: Record<string, string> = {
    eventId,
    organisationId:
      (operation.path.includes("{invitationId}") ? invited?.organisationId : random.of(world.organisations)) ?? "org_x",
    invitationId: invited?.invitationId ?? "inv_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    userId: random.chance(0.7) ? world.admin.userId : owner.userId,
    orderId: orderOf(owner, random) ?? "ord_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ticketId: random.of(owner.tickets) ?? "tkt_01ARZ3NDEKTSV4RRFFQ69G5FAV_1",
    chargeId: random.of(owner.charges) ?? "0".repeat(64),
    sessionId: random.of(owner.sessions) ?? "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    passkeyId: "AAAA",
    sectionId: random.chance(0.9) ? "A" : "Z",
    kind: random.chance(0.9) ? random.pick(exportKinds) : "seats",
    provider: random.chance(0.9) ? "sandbox" : "another",
    deviceId: "dev_01ARZ3NDEKTSV4RRFFQ69G5FAV",
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ""));
  return { path, organisationId: params.organisationId };
};

const queryOf = (making: Making, hint: Hint): URLSearchParams => {
  const { random, operation, world } = making;
  const query = new URLSearchParams();
  for (const { name, required, schema } of operation.query) {
    if (!required && random.chance(0.6)) continue;
    const cursor = name === "cursor" ? (random.of(world.cursors.get(operation.key) ?? []) ?? "x") : undefined;
    query.set(name, String(cursor ?? hint(name, [])?.value ?? valid(random, schema, hint)));
  }
  return query;
};

/** A webhook of a payment provider, correctly signed. */
const webhook = ({ random, world, visitor }: Making, headers: Record<string, string>): string => {
  const body = JSON.stringify({
    type: random.pick(["payment.authorised", "payment.declined"]),
    paymentId: `pay_${random.below(1_000)}`,
    reference: `${visitor.userId}.${random.of(visitor.orders) ?? "ord_x"}.attempt`,
    status: "authorised",
    amount: 1_000,
    currency: "KRW",
    createdAt: day(0),
  });
  headers["onsale-signature"] = signature(world.secrets.WebhookKey, body);
  return body;
};

const viewer = (random: Random) =>
  random.chance(0.8) ? `203.0.${random.below(256)}.${random.below(256)}:1` : `[2001:db8:${random.below(9_999)}::1]:1`;

/** The valid request. */
export const proper = (making: Making): Asked => {
  const { random, operation, visitor, world } = making;
  const { route } = operation;
  const hint = hints(making);
  const bearer = route.auth === "admin" ? world.admin : visitor;
  const headers: Record<string, string> = { host: "onsale.test", accept: "application/json" };
  if (route.auth !== "public") headers.authorization = `Bearer ${bearer.token}`;
  const admission = route.admission && visitor.admissions.get(making.eventId);
  if (admission) headers.admission = admission;
  if (route.idempotent && random.chance(0.5)) headers["idempotency-key"] = idempotencyKey(making);
  const { path, organisationId } = pathOf(making);
  const request: Asked["request"] = {
    method: operation.method,
    path,
    query: queryOf(making, hint).toString(),
    headers,
    viewer: viewer(random),
  };
  if (operation.body) request.body = JSON.stringify(valid(random, operation.body, hint));
  if (operation.key.includes("/webhooks/")) request.body = webhook(making, headers);
  if (request.body !== undefined) headers["content-type"] = "application/json";
  const access = route.auth === "public" || route.auth === "optional" ? "unknown" : route.auth;
  return { operation, request, visitor, eventId: making.eventId, organisationId, access, wrong: [] };
};

const idempotencyKey = ({ random, world, n }: Making): string => {
  const again = random.chance(0.3) ? random.of(world.keys) : undefined;
  if (again) return again;
  world.keys.push(`key-${n}`);
  return `key-${n}`;
};
