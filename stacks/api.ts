import { type Route, routes } from "../core/contract/routes.ts";
import { type HttpService, httpServices } from "../core/contract/services.ts";
import { apiGateway, routesAreMade } from "./api-gateway.ts";
import { lambda, type Service } from "./lambda.ts";

/** The services that answer requests. */
export const http = Object.fromEntries(httpServices.map((name) => [name, lambda(name)])) as Record<
  HttpService,
  Service
>;

const table: Record<string, Route> = routes;

const made = Object.entries(table).map(([key, { service }]) => apiGateway.route(key, http[service].live.arn));

/** Requests that match no route get 404, as a problem document. */
const otherwise = apiGateway.route("$default", http.catalog.live.arn);

routesAreMade([...made, otherwise]);
