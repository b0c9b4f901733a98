/** What a route may refuse. */
import { SessionEnded, SessionNotRecent } from "#core/account/schema.ts";
import { DeviceEnded, DeviceRevoked } from "#core/device/schema.ts";
import * as Errors from "#core/lib/errors.ts";
import { RoleTooLow } from "#core/organisation/schema.ts";
import { isChecked, opensToDevices, type Route } from "./routes/route.ts";

/** The errors of a route: its own, and those of the checks that the service does before it because of the table. */
export const errorsOf = (method: string, route: Route): Errors.Definition[] => [
  ...(route.errors ?? []),
  ...(route.auth === "public" ? [] : [Errors.Unauthorized]),
  ...(isChecked(route) ? [SessionEnded] : []),
  ...(route.session === "recent" ? [SessionNotRecent] : []),
  ...(route.auth === "admin" ? [Errors.Forbidden, RoleTooLow] : []),
  ...(opensToDevices(route) ? [DeviceRevoked, DeviceEnded] : []),
  ...(method === "GET" ? [] : [Errors.TooLarge]),
  Errors.EncodingUnsupported,
  ...(route.body ? [Errors.Malformed] : []),
  ...(route.body || route.query || route.idempotent ? [Errors.Invalid] : []),
  ...(route.idempotent ? [Errors.IdempotencyMismatch] : []),
  ...[Errors.TooManyRequests, Errors.Unexpected, Errors.Unavailable],
];
