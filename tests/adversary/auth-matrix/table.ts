/**
 * For every route of the table: a request that succeeds, and the answers to its owner and to another user. Most cells follow from the route
 * itself; a row here is a route that differs.
 */

import { missing, type Route, type RouteKey, routes } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { signature } from "#local/sandbox/webhooks.ts";
import { someKey } from "#tests/support/device.ts";
import type { CallOptions } from "#tests/support/harness.ts";
import { type Owner, PASSWORD } from "./cast.ts";

type Cell = {
  /** A request that succeeds if the right user sends it. */
  request: (owner: Owner) => CallOptions;
  /** The owner's status. It is checked last, because some requests change what the others need. */
  opens: number;
  /**
   * The answer to another signed-in user with the owner's ids and tokens. A bare status means that they get something of their own, and
   * nothing of the owner's.
   */
  another: string;
};

const ofEvent = ({ eventId }: Owner) => ({ params: { eventId } });
const hook = JSON.stringify({
  type: "payment.authorised",
  paymentId: "pay_1",
  reference: "a.b.c",
  status: "authorised",
  amount: 1,
  currency: "KRW",
  createdAt: "2026-11-21T00:00:00.000Z",
});

const future = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const newEvent = () => ({
  organisationId: "org_test",
  kind: "concert",
  title: "New",
  venue: "Hall",
  startsAt: future(20),
  salesOpenAt: future(1),
  prices: { Standard: 1 },
  generalAdmission: [{ sectionId: "G", name: "G", capacity: 1, category: "Standard" }],
});

/** A code that nobody was given. */
const guess = { codeId: "cod_01ARZ3NDEKTSV4RRFFQ69G5FAV", code: "00000000" };

/** What no device has signed. */
const unsigned = {
  ...{ clientDataJSON: "AAAA", attestationObject: "AAAA", authenticatorData: "AAAA" },
  ...{ signature: "AAAA", userHandle: "AAAA" },
};

const own: Partial<Record<RouteKey, Cell>> = {
  "POST /v1/codes": { request: ({ email }) => ({ body: { email, purpose: "verify" } }), opens: 202, another: "202" },
  "POST /v1/accounts/password": {
    request: () => ({ body: { ...guess, password: PASSWORD } }),
    opens: 401,
    another: "401 code.invalid",
  },
  "POST /v1/accounts/verification": {
    request: () => ({ body: guess }),
    opens: 401,
    another: "401 code.invalid",
  },
  "POST /v1/accounts/disown": {
    request: () => ({ body: { token: "a.b.c" } }),
    opens: 401,
    another: "401 account.disown_invalid",
  },
  "POST /v1/accounts": {
    request: () => ({ body: { email: `new${now()}@onsale.test`, password: PASSWORD, name: "New" } }),
    opens: 201,
    another: "201",
  },
  "POST /v1/sessions": {
    request: ({ email }) => ({ body: { email: `x${email}`, password: PASSWORD } }),
    opens: 201,
    another: "201",
  },
  "POST /v1/sessions/passkey": {
    request: () => ({ body: { credential: { id: "AAAA", response: unsigned } } }),
    opens: 401,
    another: "401 passkey.invalid",
  },
  "POST /v1/passkeys/options": { request: () => ({ body: {} }), opens: 200, another: "200" },
  "POST /v1/passkeys": {
    request: () => ({ body: { name: "A key", credential: { id: "AAAA", response: unsigned } } }),
    opens: 422,
    another: "422 passkey.refused",
  },
  "POST /v1/sessions/refresh": {
    request: ({ refreshToken }) => ({ body: { refreshToken } }),
    opens: 201,
    another: "201", // for any bearer
  },
  "PATCH /v1/me": { request: () => ({ body: { locale: "en" } }), opens: 200, another: "200" },
  "PUT /v1/me/password": { request: () => ({ body: { password: PASSWORD } }), opens: 204, another: "204" },
  "DELETE /v1/me": {
    request: () => ({ body: { forfeit: true } }),
    opens: 409, // refused because an order is open
    another: "202",
  },
  "POST /v1/me/email": {
    request: () => ({ body: { email: `moved${now()}@onsale.test` } }),
    opens: 202,
    another: "202",
  },
  "POST /v1/wallet/charges": {
    request: () => ({ body: { amount: 1 }, headers: { "idempotency-key": "mine" } }),
    opens: 201,
    another: "201",
  },
  "POST /v1/wallet/charges/form": {
    request: () => ({ body: { amount: 1_000 } }),
    opens: 409, // no provider with a payment window is configured
    another: "409 wallet.cards_off",
  },
  "POST /v1/wallet/charges/{chargeId}/return": {
    request: ({ chargeId }) => ({ params: { chargeId }, body: {} }),
    opens: 200,
    another: "404 wallet.charge_not_found",
  },
  "POST /v1/events/{eventId}/queue/places": {
    request: (owner) => ({ ...ofEvent(owner), body: { place: owner.place } }),
    opens: 200,
    another: "403 queue.place_foreign",
  },
  "POST /v1/events/{eventId}/queue/admissions": {
    request: (owner) => ({ ...ofEvent(owner), body: { place: owner.place } }),
    opens: 201,
    another: "403 queue.place_foreign",
  },
  "POST /v1/orders": {
    request: ({ eventId, admission }) => ({ body: { eventId, seats: ["A-2-1"] }, headers: { admission } }),
    opens: 409, // refused because an order is open, so the admission was valid
    another: "403 queue.admission_required",
  },
  "POST /v1/orders/{orderId}/payment": {
    request: ({ held }) => ({ params: { orderId: held }, body: { method: "points" } }),
    opens: 202,
    another: "404 order.not_found",
  },
  "POST /v1/orders/{orderId}/payment/form": {
    request: ({ held }) => ({ params: { orderId: held } }),
    opens: 409, // no provider with a payment window is configured
    another: "404 order.not_found",
  },
  "POST /v1/orders/{orderId}/payment/return": {
    request: ({ held }) => ({ params: { orderId: held }, body: {} }),
    opens: 202,
    another: "404 order.not_found",
  },
  "POST /v1/orders/{orderId}/mail": {
    request: ({ confirmed }) => ({ params: { orderId: confirmed } }),
    opens: 202,
    another: "404 order.not_found",
  },
  "DELETE /v1/orders/{orderId}": {
    request: ({ confirmed }) => ({ params: { orderId: confirmed } }),
    opens: 202,
    another: "404 order.not_found",
  },
  "POST /v1/payments/webhooks/{provider}": {
    request: () => ({
      params: { provider: "sandbox" },
      body: hook,
      headers: { "onsale-signature": signature(link("WebhookKey").value, hook) },
    }),
    opens: 202,
    another: "202",
  },
  "POST /v1/admin/events": { request: () => ({ body: newEvent() }), opens: 201, another: "403 request.forbidden" },
  "PATCH /v1/admin/events/{eventId}": {
    request: (owner) => ({ ...ofEvent(owner), body: { queue: { claimSeconds: 500 } } }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "DELETE /v1/admin/events/{eventId}": {
    request: ({ draftEvent }) => ({ params: { eventId: draftEvent } }),
    opens: 204,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/events/{eventId}/postpone": {
    request: (owner) => ({ ...ofEvent(owner), body: { startsAt: future(90), refundUntil: future(60) } }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/events/{eventId}/cancel": {
    request: ({ cancelledEvent }) => ({ params: { eventId: cancelledEvent } }),
    opens: 202,
    another: "403 request.forbidden",
  },
  "GET /v1/admin/events/{eventId}/cancellation": {
    request: ({ cancelledEvent }) => ({ params: { eventId: cancelledEvent } }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "GET /v1/admin/orders": {
    request: ({ eventId }) => ({ query: { eventId } }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/orders/{orderId}/refund": {
    request: ({ confirmed, userId }) => ({ params: { orderId: confirmed }, query: { userId } }),
    opens: 202,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/orders/{orderId}/mail": {
    request: ({ confirmed, userId }) => ({ params: { orderId: confirmed }, query: { userId } }),
    opens: 202,
    another: "403 request.forbidden",
  },
  "PUT /v1/admin/orders/{orderId}/mail-address": {
    request: ({ confirmed, userId }) => ({
      params: { orderId: confirmed },
      query: { userId },
      body: { email: "new@onsale.test" },
    }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/check-ins": {
    request: ({ code, confirmedEvent }) => ({ body: { eventId: confirmedEvent, code } }),
    opens: 201,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/organisations": {
    request: () => ({ body: { name: "New" } }),
    opens: 201,
    another: "403 request.forbidden",
  },
  "PATCH /v1/admin/organisations/{organisationId}/members/{userId}": {
    request: ({ organisationId, memberId }) => ({
      params: { organisationId, userId: memberId },
      body: { role: "entrance" },
    }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/organisations/{organisationId}/invitations": {
    request: ({ organisationId }) => ({
      params: { organisationId },
      body: { email: "invited@onsale.test", role: "entrance" },
    }),
    opens: 201,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/events/{eventId}/devices": {
    request: (owner) => ({ ...ofEvent(owner), body: { name: "Gate A" } }),
    opens: 201,
    another: "403 request.forbidden",
  },
  "POST /v1/devices": {
    request: () => ({ body: { token: "a.b.c", publicKey: someKey() } }),
    opens: 401,
    another: "401 device.pass_invalid",
  },
  "DELETE /v1/admin/check-ins/{ticketId}": {
    request: ({ ticketId, userId }) => ({ params: { ticketId }, query: { userId } }),
    opens: 204,
    another: "403 request.forbidden",
  },
};

/** The owner's values of the path's parameters. */
const named: Record<string, (owner: Owner) => string> = {
  eventId: ({ eventId }) => eventId,
  sectionId: () => "A",
  kind: () => "orders",
  orderId: ({ held }) => held,
  ticketId: ({ ticketId }) => ticketId,
  chargeId: ({ chargeId }) => chargeId,
  sessionId: ({ sessionId }) => sessionId,
  passkeyId: ({ passkeyId }) => passkeyId,
  organisationId: ({ organisationId }) => organisationId,
  invitationId: ({ invitationId }) => invitationId,
  userId: ({ memberId }) => memberId,
  deviceId: ({ deviceId }) => deviceId,
};
/** Parameters that belong to one user: for another user they do not exist. */
const personal = ["orderId", "ticketId", "chargeId", "sessionId", "passkeyId", "invitationId"];

const derived = (key: string, route: Route): Cell => {
  const names = [...key.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const opens = Number(Object.keys(route.answers)[0]);
  const foreign = names.find((name) => personal.includes(name));
  const another = foreign ? `404 ${missing(route, foreign).code}` : String(opens);
  return {
    request: (owner) => ({ params: Object.fromEntries(names.map((name) => [name, named[name]?.(owner) ?? ""])) }),
    opens,
    another: route.auth === "admin" ? "403 request.forbidden" : another,
  };
};

export const matrix = Object.fromEntries(
  Object.entries<Route>(routes).map(([key, route]) => [key, own[key as RouteKey] ?? derived(key, route)]),
) as Record<RouteKey, Cell>;
