/** The rules for every answer. */

import type { HttpAnswer } from "#local/payload.ts";
import type { Json, Operation } from "./api.ts";
import type { Asked } from "./proper.ts";

/** All writes that a refused request may make: counts of refusals and attempts. */
const LEFT: Record<string, RegExp> = {
  "POST /v1/sessions 401": /^Update FAILURES#/,
  "POST /v1/sessions 403 session.challenge_required": /^Update FAILURES#/,
  "POST /v1/codes 429": /^Update FAILURES#/,
  "POST /v1/orders/{orderId}/mail 429": /^Update ASKED#/,
  "POST /v1/admin/orders/{orderId}/mail 429": /^Update ASKED#/,
  "PUT /v1/admin/orders/{orderId}/mail-address 429": /^Update ASKED#/,
  "PUT /v1/me/password 403": /^Update FAILURES#/,
  // the message of a notice is sent before its change, and dropped if that was not written
  "PUT /v1/me/password 503": /^SendMessageCommand$/,
  "POST /v1/me/email 429 code.too_many": /^Update FAILURES#/,
  "POST /v1/sessions/refresh 401": /^Update ACCOUNT#\S+ SESSION#/,
  // a challenge is used up before what was signed with it is verified
  "POST /v1/sessions/passkey 401": /^Update CHALLENGE#/,
  "POST /v1/accounts 422 passkey.refused": /^Update CHALLENGE#/,
  "POST /v1/passkeys 422 passkey.refused": /^Update CHALLENGE#/,
  // the entries of a change in lists are written before it
  "PATCH /v1/admin/events/{eventId} 409 event.changed": /^(Update EVENT#\S+ META$|Batch LIST#|SendMessageCommand$)/,
  "POST /v1/admin/events/{eventId}/publish 409 event.changed": /^(Update EVENT#\S+ META$|Batch LIST#)/,
  "POST /v1/admin/events/{eventId}/postpone 409 event.changed":
    /^(Update EVENT#\S+ META$|Batch LIST#|SendMessageCommand$)/,
  "POST /v1/orders 409": /^Update EVENT#\S+ STATS$/,
  // a call moves the line for all visitors and saves its checkpoint, whatever the caller's answer is
  "POST /v1/events/{eventId}/queue/admissions 409": /^Update EVENT#\S+ (QUEUE|META)$/,
  "POST /v1/events/{eventId}/queue/places 409": /^Update EVENT#\S+ (QUEUE|META)$/,
  "POST /v1/events/{eventId}/queue/places 403 account.unverified": /^Update EVENT#\S+ (QUEUE|META)$/,
  "POST /v1/events/{eventId}/queue/places 403 queue.challenge_required": /^Update EVENT#\S+ (QUEUE|META)$/,
  // the card was asked, so the charge and its result are recorded, and a message finishes it
  "POST /v1/wallet/charges 402": /^(Put USER#\S+ KEY#|Update DECLINES#|SendMessageCommand$)/,
  "POST /v1/wallet/charges 503": /^(Put USER#\S+ KEY#|Update DECLINES#|SendMessageCommand$)/,
};

const INNER =
  /\.ts:\d|node_modules|\bat (async )?[\w.]+ \(|SST_RESOURCE|arn:aws|AccessDenied|ConditionalCheck|TransactionCancel|\$argon2|"pk"|"sk"|FAILURES#|127\.0\.0\.1:\d|TypeError|RangeError/;

export type Answered = { answer: HttpAnswer; body: Json; writes: string[]; ms: number };

const documented = (operation: Operation, { answer, body }: Answered): string | undefined => {
  const check = operation.answers.get(answer.status);
  if (check === undefined) return `answers ${answer.status} ${body?.code ?? ""}, which its document does not know`;
  if (check === null || check(body)) return undefined;
  const [fault] = check.errors ?? [];
  return `its ${answer.status} ${body?.code ?? ""} is not as documented: ${fault?.instancePath} ${fault?.message}`;
};

const problematic = ({ answer, body }: Answered): string | undefined => {
  if (answer.status < 400) return undefined;
  if (answer.headers["content-type"] !== "application/problem+json") return "an error that is no problem document";
  if (typeof body?.code !== "string" || body.status !== answer.status) return "a problem without its code or status";
  if (!/^(no-store|public, max-age=1)$/.test(String(answer.headers["cache-control"])))
    return "an error that may be cached";
  return undefined;
};

const broken = ({ answer }: Answered): string | undefined => {
  if (answer.status < 500) return undefined;
  return answer.status === 503 && answer.headers["retry-after"] ? undefined : `a ${answer.status}`;
};

const wrote = ({ key }: Operation, { answer, body, writes }: Answered): string | undefined => {
  if (answer.status < 400) return undefined;
  const may = LEFT[`${key} ${answer.status}`] ?? LEFT[`${key} ${answer.status} ${body?.code}`];
  const over = writes.filter((write) => !may?.test(write));
  return over.length > 0 ? `refused with ${answer.status}, and wrote ${over.join(", ")}` : undefined;
};

const allowed = ({ route }: Operation, { access }: Asked, { answer, body }: Answered): string | undefined => {
  if (route.auth === "public" || route.auth === "optional" || access === "unknown") return undefined;
  const wanted = access === "nobody" ? 401 : access === "user" && route.auth === "admin" ? 403 : undefined;
  // a body that is too large is refused before the token is checked
  if (wanted === undefined || answer.status === wanted || answer.status === 413) return undefined;
  // a visitor may have signed out before
  if (access === "user" && body?.code === "session.ended") return undefined;
  return `${access} was answered ${answer.status} ${body?.code ?? ""}`;
};

const leaking = ({ answer }: Answered, secrets: string[]): string | undefined => {
  const text = JSON.stringify(answer.headers) + (answer.headers["content-encoding"] ? "" : answer.body.toString());
  if (answer.status >= 400 && INNER.test(text)) return `shows internals: ${INNER.exec(text)?.[0]}`;
  if (secrets.some((secret) => text.includes(secret))) return "tells a secret";
  if (Object.values(answer.headers).some((value) => /[\r\n]/.test(String(value)))) return "a header of two lines";
  return undefined;
};

const shared = ({ route }: Operation, { answer }: Answered): string | undefined => {
  if (answer.status >= 400 || route.cache) return undefined;
  return answer.headers["cache-control"] === "private, no-store"
    ? undefined
    : "a visitor's own answer may be cached for others";
};

/** The body, if it is JSON as its headers say. Zod ignores a price named `__proto__`, so that one is left out here too. */
export const sent = ({ request }: Asked): Json => {
  if (request.body === undefined || request.headers["content-encoding"]) return undefined;
  try {
    return JSON.parse(request.body.toString(), (key, value) => (key === "__proto__" ? undefined : value));
  } catch {
    return undefined;
  }
};

const accepted = ({ takes }: Operation, asked: Asked, { answer }: Answered): string | undefined => {
  const body = sent(asked);
  if (answer.status >= 400 || !takes || body === undefined || takes(body)) return undefined;
  const [fault] = takes.errors ?? [];
  return `accepted what its document refuses: ${fault?.instancePath} ${fault?.message}`;
};

const nowhere = ({ answer, body }: Answered): string | undefined =>
  answer.status === 404 && body?.code === "route.not_found" ? undefined : `${answer.status} where there is nothing`;

/** All faults of an answer. */
export const faults = (asked: Asked, answered: Answered, secrets: string[]): string[] => {
  const { operation } = asked;
  const always = [problematic(answered), broken(answered), leaking(answered, secrets)];
  const own = operation
    ? [
        documented(operation, answered),
        wrote(operation, answered),
        allowed(operation, asked, answered),
        shared(operation, answered),
        accepted(operation, asked, answered),
      ]
    : [nowhere(answered)];
  return [...always, ...own].filter((fault) => fault !== undefined);
};
