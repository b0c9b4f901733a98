import { routes } from "../core/contract/routes.ts";
import { settings } from "./settings.ts";

/** API Gateway refuses throttles of routes that do not exist yet. So the stage depends on the routes; api.ts resolves this once they are made. */
const made = Promise.withResolvers<$util.Resource[]>();
export const routesAreMade = made.resolve;

/** Requests that pages of another origin may send, if one is configured. Without one, CORS is off: only pages of the API's own origin can call. */
const cors = settings.corsOrigin && {
  allowOrigins: [settings.corsOrigin],
  allowMethods: ["GET" as const, "POST" as const, "PATCH" as const, "DELETE" as const],
  allowHeaders: ["authorization", "content-type", "idempotency-key", "admission"],
  exposeHeaders: ["retry-after", "onsale-next"],
  maxAge: "1 hour" as const,
};

/** Requests per second over all visitors, for each route by the table. The default applies to paths without a route. */
const throttles = {
  defaultRouteSettings: { throttlingRateLimit: 100, throttlingBurstLimit: 200 },
  routeSettings: Object.entries(routes).map(([routeKey, { throttle }]) => ({
    routeKey,
    throttlingRateLimit: throttle.rate,
    throttlingBurstLimit: throttle.burst,
  })),
};

/** Logs the route and not the path, because the path of Toss's webhook contains its secret. All values are strings. */
const logged = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  routeKey: "$context.routeKey",
  status: "$context.status",
  ms: "$context.responseLatency",
  functionMs: "$context.integration.latency",
  functionStatus: "$context.integration.status",
  ip: "$context.identity.sourceIp",
  userAgent: "$context.identity.userAgent",
};

export const apiGateway = new sst.aws.ApiGatewayV2("Api", {
  cors: cors || false,
  accessLog: { retention: "1 month" },
  transform: {
    stage: (args, options) => {
      Object.assign(args, throttles);
      args.accessLogSettings = $output(args.accessLogSettings).apply((log) => ({
        destinationArn: log?.destinationArn ?? "",
        format: JSON.stringify(logged),
      }));
      options.dependsOn = made.promise;
    },
  },
});
