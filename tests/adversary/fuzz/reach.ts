/** Which answers of a route the requests have to reach. */
import type { RouteKey } from "#core/contract/routes.ts";
import type { Operation } from "./api.ts";

/** How often each route gave each answer: a status, with the code of an error. */
export type Answers = Record<string, Record<string, number>>;

/** What the routes answer whose success needs what is not here: an e-mail, a device with a passkey, a payment window. */
const instead: Partial<Record<RouteKey, string>> = {
  "POST /v1/accounts/password": "401 code.invalid",
  "POST /v1/accounts/verification": "401 code.invalid",
  "POST /v1/accounts/disown": "401 account.disown_invalid",
  "POST /v1/devices": "401 device.pass_invalid",
  "DELETE /v1/admin/events/{eventId}/devices/{deviceId}": "404 device.not_found",
  "POST /v1/sessions/passkey": "401 passkey.invalid",
  "POST /v1/passkeys": "422 passkey.refused",
  "DELETE /v1/passkeys/{passkeyId}": "404 passkey.not_found",
  "DELETE /v1/me": "409 account.balance_left", // an erased visitor would be missing
  "DELETE /v1/admin/organisations/{organisationId}/members/{userId}": "409 organisation.last_owner",
  "GET /v1/invitations/{organisationId}/{invitationId}": "404 invitation.not_found", // it is for another address
  "POST /v1/invitations/{organisationId}/{invitationId}": "404 invitation.not_found",
  "POST /v1/orders/{orderId}/payment/form": "409 order.not_payable",
  "POST /v1/wallet/charges/form": "409 wallet.cards_off",
};

/** What a route has not answered yet: a success, a refused bearer, a refused body. */
export const lacks = ({ key, answers, route }: Operation, answered: Record<string, number> = {}): string[] => {
  const seen = Object.keys(answered);
  const given = [...answers.keys()].filter((status) => status < 300).map(String);
  given.push(instead[key] ?? "");
  return [
    ...(seen.some((code) => given.includes(code)) ? [] : ["a success"]),
    // which bearers are refused is tested in auth-matrix; here that some are
    ...(route.auth === "public" || seen.some((code) => code.startsWith("401 ")) ? [] : ["401"]),
    ...(!route.body || seen.includes("422 request.invalid") ? [] : ["422 request.invalid"]),
  ];
};
