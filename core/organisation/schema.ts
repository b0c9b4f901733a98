import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { lazy } from "#core/lib/schemas.ts";

/** From the least to the most. Each may do what the ones before it may. */
export const roles = ["entrance", "box-office", "manager", "owner"] as const;
export type Role = (typeof roles)[number];
export const Role = lazy(() => z.enum(roles));

export const atLeast = (role: Role, least: Role): boolean => roles.indexOf(role) >= roles.indexOf(least);

export type Membership = { organisationId: string; role: Role };

export const RoleTooLow = define("organisation.role_too_low", 403, "Your role in this organisation may not do this.");
export const OrganisationNotFound = define("organisation.not_found", 404, "You are in no such organisation.");
