/** Who may call an organiser's route, by its `role` and `of` in the route table. */
import { platform } from "#core/account/index.ts";
import type { Route } from "#core/contract/routes/route.ts";
import { Forbidden } from "#core/lib/errors.ts";
import type { Named } from "#core/organisation/authorise.ts";
import { inside } from "#core/organisation/choose.ts";
import { OrganisationNotFound } from "#core/organisation/schema.ts";
import type { Authorise } from "./service.ts";

const onlyPlatform = () => Forbidden("Only members of the platform's own organisation may do this.");

/** 404 as of what the request names, if it is not of the caller's organisations; 403 `organisation.role_too_low`. */
export const authorise: Authorise = async (route: Route, memberships, { params, query, body, now }) => {
  const { role, of } = route;
  if (!role || !of) throw new Error("An organiser's route needs `role` and `of`");
  if (of === "any") return undefined;
  if (of === "platform") return inside(memberships, platform, role, onlyPlatform);
  if (of === "organisation") return inside(memberships, params.organisationId, role, OrganisationNotFound);
  const named: Named = { ...(body as object), ...(query as object), ...params };
  const { authorise: byObject } = await import("#core/organisation/authorise.ts"); // it reads orders
  return byObject(memberships, { role, of }, named, now);
};
