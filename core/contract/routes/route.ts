/** A route of the API: who answers, who may ask, the schemas, the errors, the throttle. */
import type * as z from "zod/mini";
import * as Errors from "#core/lib/errors.ts";
import type { HttpService } from "../services.ts";

export type Route = {
  service: HttpService;
  /** `user`: any signed-in account; `admin`: an organiser. */
  auth: "public" | "user" | "admin";
  summary: string;
  body?: z.core.$ZodType;
  query?: z.core.$ZodType;
  /** Status → the schema of its JSON body, a media type for another kind of body, or null for none. */
  answers: Record<number, z.core.$ZodType | string | null>;
  errors?: readonly Errors.Definition[];
  /** Takes an `Idempotency-Key`. */
  idempotent?: true;
  /** Takes an `Admission` header. */
  admission?: true;
  /** `Cache-Control` of a successful answer; without it `private, no-store`. Errors of such a route may be kept for a second. */
  cache?: string;
  /** Largest body in bytes as sent; `BODY` without it. */
  maxBody?: number;
  /** Takes a gzip body that has at most so many bytes once it is inflated; without it, no compressed body at all. */
  maxInflated?: number;
  /** Requests a second and burst at API Gateway, over all visitors. */
  throttle: { rate: number; burst: number };
};

export const BODY = 64 * 1024;

/** What every visitor does at the opening; what a buyer does; what is dear; what organisers do. */
export const rush = { rate: 5_000, burst: 5_000 };
export const steady = { rate: 1_000, burst: 2_000 };
export const dear = { rate: 200, burst: 400 };
export const desk = { rate: 50, burst: 100 };

/** What the route itself says of a name that nothing has. */
export const missing = ({ errors = [] }: Route, parameter: string): Errors.Definition => {
  const none = errors.filter(({ status }) => status === 404);
  return none.find(({ code }) => code === `${parameter.replace(/Id$/, "")}.not_found`) ?? none[0] ?? Errors.NotFound;
};
