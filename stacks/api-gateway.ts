import { routes } from "../core/contract/routes.ts";
import { settings } from "./settings.ts";

/** API Gateway refuses throttles of routes that it does not have yet: the stage waits for them, and api.ts says when they are there. */
const made = Promise.withResolvers<$util.Resource[]>();
export const routesAreMade = made.resolve;

/** What a page of another origin may send, if one is configured; without, the pages share the API's origin and nobody else may call. */
const cors = settings.corsOrigin && {
  allowOrigins: [settings.corsOrigin],
  allowMethods: ["GET" as const, "POST" as const, "PATCH" as const, "DELETE" as const],
  allowHeaders: ["authorization", "content-type", "idempotency-key", "admission"],
  exposeHeaders: ["retry-after"],
  maxAge: "1 hour" as const,
};

/** Requests a second over all visitors, each route by the table; what no route knows is asked for rarely. */
const throttles = {
  defaultRouteSettings: { throttlingRateLimit: 100, throttlingBurstLimit: 200 },
  routeSettings: Object.entries(routes).map(([routeKey, { throttle }]) => ({
    routeKey,
    throttlingRateLimit: throttle.rate,
    throttlingBurstLimit: throttle.burst,
  })),
};

/** The route, and never the path: that of Toss's webhook is its secret. Numbers stand without quotes in AWS's own format, text is as good. */
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
