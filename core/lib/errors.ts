/**
 * Errors are values of the domain. Each is defined once, next to the schemas of its domain, with a stable `code` and an HTTP status. It is
 * thrown as a `Problem`, which functions/http/problem.ts turns into RFC 9457 `application/problem+json`.
 */

export class Problem extends Error {
  readonly kind: Kind;
  /** Further members of the problem document, such as `seats` or `errors`. */
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(kind: Kind, detail: string, more: More = {}) {
    super(detail);
    this.name = kind.code;
    this.kind = kind;
    this.extra = more.extra ?? {};
    this.headers = more.headers ?? {};
  }
}

export type Kind = { code: string; status: number; title: string };
export type More = { extra?: Record<string, unknown>; headers?: Record<string, string> };
export type Definition = Kind & ((detail?: string, more?: More) => Problem) & { is: (error: unknown) => boolean };

/** Defines a kind of error: `throw SeatTaken("Seat A-1 is taken.", { extra: { seats } })`. Without a detail, the title is the detail. */
export const define = /* @__NO_SIDE_EFFECTS__ */ (code: string, status: number, title: string): Definition => {
  const kind = { code, status, title };
  const make = (detail?: string, more?: More) => new Problem(kind, detail ?? title, more);
  const is = (error: unknown) => error instanceof Problem && error.kind.code === code;
  return Object.assign(make, kind, { is });
};

export type Fault = { path: string; message: string };

export const Malformed = define("request.malformed", 400, "The body is not valid JSON.");
export const Unauthorized = define(
  "request.unauthorized",
  401,
  "A valid access token is needed: Authorization: Bearer <accessToken>.",
);
export const Forbidden = define("request.forbidden", 403, "This account may not do that.");
export const NotFound = define("route.not_found", 404, "There is nothing at this path.");
export const TooLarge = define("request.too_large", 413, "The body is larger than this route takes.");
export const EncodingUnsupported = define(
  "request.encoding_unsupported",
  415,
  "This route takes no body with this Content-Encoding.",
);
export const Invalid = define("request.invalid", 422, "The request is not valid.");
export const IdempotencyMismatch = define(
  "request.idempotency_mismatch",
  422,
  "This Idempotency-Key was used with another request.",
);
export const TooManyRequests = define("request.throttled", 429, "Too many requests: slow down.");
export const Unexpected = define("internal", 500, "Something went wrong on our side. It has been recorded.");
export const Unavailable = define("unavailable", 503, "This is not available right now. Try again in a moment.");

/** An answer lists at most this many faults. A sender who has fixed them sends the request again and gets the rest. */
export const maxFaults = 100;

/** A fault's path may contain text of the sender. An answer repeats only as much as shows where the fault is. */
const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** A validation failure with one entry for each fault, at most `maxFaults`. `path` is dotted, as in `seats.3`. */
export const invalid = (...faults: Fault[]): Problem => {
  const errors = faults
    .slice(0, maxFaults)
    .map(({ path, message }) => ({ path: short(path), message: short(message) }));
  const [first] = errors;
  const detail =
    errors.length === 1 ? `${first?.path || "The request"}: ${first?.message}` : `${errors.length} faults.`;
  return Invalid(detail, { extra: { errors } });
};
