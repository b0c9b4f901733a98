import { type HttpService, type Route, routes } from "../core/contract/routes.ts";
import { apiGateway, routesAreMade } from "./api-gateway.ts";
import { lambda, type Service } from "./lambda.ts";

/** The services that answer requests. */
export const http: Record<HttpService, Service> = {
  queue: lambda("queue"),
  catalog: lambda("catalog"),
  orders: lambda("orders"),
  accounts: lambda("accounts"),
  wallet: lambda("wallet"),
  admin: lambda("admin"),
};

const table: Record<string, Route> = routes;

const made = Object.entries(table).map(([key, { service }]) => apiGateway.route(key, http[service].live.arn));

/** What is in no table is answered too: 404, as a problem document. */
const otherwise = apiGateway.route("$default", http.catalog.live.arn);

routesAreMade([...made, otherwise]);
