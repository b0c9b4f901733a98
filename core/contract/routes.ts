/**
 * THE route table, as pure data: API Gateway's route key → the service that answers, who may ask, the schemas, the errors.
 * Read by functions/http (which validates by it), stacks/ (which makes the routes), local/ (which serves them), the OpenAPI
 * document and the tests. Each service has its part in a file of its own, so that its function loads no other's schemas.
 */
import { keysOf } from "#core/lib/schemas.ts";
import { about } from "./routes/about.ts";
import { accounts } from "./routes/accounts.ts";
import { admin } from "./routes/admin.ts";
import { catalog } from "./routes/catalog.ts";
import { orders } from "./routes/orders.ts";
import { queue } from "./routes/queue.ts";
import type { Route } from "./routes/route.ts";
import { wallet } from "./routes/wallet.ts";

export { defaultMaxBodyBytes, missing, type Route } from "./routes/route.ts";

export const routes = {
  ...accounts,
  ...wallet,
  ...catalog,
  ...queue,
  ...orders,
  ...admin,
  ...about,
} as const satisfies Record<string, Route>;

/** The names of a route's query parameters. */
export const parametersOf = ({ query }: Route): string[] => (query ? keysOf(query) : []);

export type Routes = typeof routes;
export type RouteKey = keyof Routes;
