/**
 * The route table, as pure data: API Gateway's route key → the service that answers, who may call it, the schemas, the errors.
 * functions/http validates by it, stacks/ makes the routes, local/ serves them; the OpenAPI document and the tests read it too. Each service
 * has its part in its own file, so that its function does not load the schemas of others.
 */
import { keysOf } from "#core/lib/schemas.ts";
import { about } from "./routes/about.ts";
import { accounts } from "./routes/accounts.ts";
import { admin } from "./routes/admin.ts";
import { catalog } from "./routes/catalog.ts";
import { members } from "./routes/members.ts";
import { orders } from "./routes/orders.ts";
import { privacy } from "./routes/privacy.ts";
import { queue } from "./routes/queue.ts";
import type { Route } from "./routes/route.ts";
import { wallet } from "./routes/wallet.ts";

export { defaultMaxBodyBytes, isChecked, missing, opensToDevices, type Route } from "./routes/route.ts";

export const routes = {
  ...accounts,
  ...privacy,
  ...wallet,
  ...catalog,
  ...queue,
  ...orders,
  ...admin,
  ...members,
  ...about,
} as const satisfies Record<string, Route>;

/** The names of a route's query parameters. */
export const parametersOf = ({ query }: Route): string[] => (query ? keysOf(query) : []);

export type Routes = typeof routes;
export type RouteKey = keyof Routes;
