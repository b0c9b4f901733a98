/** A route of the API: its service, who may call it, the schemas, the errors, the throttle. */
import type * as z from "zod/mini";
import * as Errors from "#core/lib/errors.ts";
import type { Role } from "#core/organisation/schema.ts";
import type { HttpService } from "../services.ts";

export type Route = {
  service: HttpService;
  /** `optional`: nobody has to be signed in, and a token that is sent has to be valid; `user`: any signed-in account; `admin`: an organiser. */
  auth: "public" | "optional" | "user" | "admin";
  /** Of an `admin` route: the least role, and what the organisation follows from, in which the caller must have it. */
  role?: Role;
  of?: "event" | "order" | "ticket" | "organisation" | "platform" | "any";
  /** `checked`: the session must not have ended; `recent`: it also began with a sign-in of at most ten minutes ago. `admin` is always checked. */
  session?: "checked" | "recent";
  summary: string;
  body?: z.core.$ZodType;
  query?: z.core.$ZodType;
  /** Status → the schema of its JSON body, a media type for another kind of body, or null for none. */
  answers: Record<number, z.core.$ZodType | string | null>;
  /** Headers of a successful answer, with their meaning. */
  headers?: Record<string, string>;
  errors?: readonly Errors.Definition[];
  /** Takes an `Idempotency-Key`. */
  idempotent?: true;
  /** Takes an `Admission` header. */
  admission?: true;
  /** `Cache-Control` of a successful answer. Default: `private, no-store`. Errors of such a route may be cached for a second. */
  cache?: string;
  /** Largest body in bytes as sent. Default: `defaultMaxBodyBytes`. */
  maxBody?: number;
  /** Takes a gzip body that has at most this many bytes once it is inflated. Default: no compressed body. */
  maxInflated?: number;
  /** Public routes of a group share one of the firewall's rules, because each rule is paid for. Default: a rule of its own. */
  rateGroup?: "Credentials" | "PasskeySignIn";
  /** Requests per second and burst at API Gateway, over all visitors. */
  throttle: { rate: number; burst: number };
};

/** Whether the session is read before the handler runs. Otherwise the access token is enough. */
export const isChecked = ({ auth, session }: Route): boolean => auth === "admin" || session !== undefined;

/** Whether a device at the entrance may call it too: all that the role entrance may do with one event and its tickets. */
export const opensToDevices = ({ role, of }: Route): boolean =>
  role === "entrance" && (of === "event" || of === "ticket");

export const defaultMaxBodyBytes = 64 * 1024;

/** Throttles: of what every visitor does at the opening, of what a buyer does, of expensive work, of what organisers do. */
export const opening = { rate: 5_000, burst: 5_000 };
export const steady = { rate: 1_000, burst: 2_000 };
export const expensive = { rate: 200, burst: 400 };
export const organisers = { rate: 50, burst: 100 };

/** The route's own 404 error for a path parameter that names nothing. */
export const missing = ({ errors = [] }: Route, parameter: string): Errors.Definition => {
  const none = errors.filter(({ status }) => status === 404);
  return none.find(({ code }) => code === `${parameter.replace(/Id$/, "")}.not_found`) ?? none[0] ?? Errors.NotFound;
};
