import * as z from "zod/mini";
import { lazy } from "#core/lib/schemas.ts";

/** From the least to the most. Each may do what the ones before it may. */
export const roles = ["entrance", "box-office", "manager", "owner"] as const;
export type Role = (typeof roles)[number];
export const Role = lazy(() => z.enum(roles));

export const atLeast = (role: Role, least: Role): boolean => roles.indexOf(role) >= roles.indexOf(least);
