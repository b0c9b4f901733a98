/** Who may call an organiser's route, by its `role` and `of` in the route table. */
import type { Route } from "#core/contract/routes/route.ts";
import * as Organisation from "#core/organisation/index.ts";
import type { Authorise } from "./service.ts";

/** 404 as of what the request names, if it is not of the caller's organisations; 403 `organisation.role_too_low`. */
export const authorise: Authorise = async (route: Route, memberships, { params, query, body, now }) => {
  const { role, of } = route;
  if (!role || !of) throw new Error("An organiser's route needs `role` and `of`");
  if (of === "any") return undefined;
  const named: Organisation.Named = { ...(body as object), ...(query as object), ...params };
  return Organisation.authorise(memberships, { role, of }, named, now);
};
