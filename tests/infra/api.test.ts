import { describe, expect, it } from "vitest";
import { routes } from "#core/contract/routes.ts";
import { services } from "#core/contract/services.ts";
import { configured, test as stage } from "./graph.ts";

const { all, one, lambda, pascal, resources } = stage();
const apiGateway = all("apigatewayv2/api:Api")[0]?.inputs;
const deployed = one("apigatewayv2/stage:Stage", "ApiStage");

const child = (parent: string, type: string) =>
  resources.find((resource) => resource.parent === parent && resource.type.endsWith(type))?.inputs;

const made = all("apigatewayv2/route:Route").map(({ inputs, parent }) => ({
  key: inputs.routeKey as string,
  uri: child(parent, "integration:Integration")?.integrationUri as string,
  integration: child(parent, "integration:Integration"),
  permission: child(parent, "permission:Permission"),
}));

describe("the API", () => {
  it("has every route of the table, a default, and nothing else", () => {
    expect(made.map(({ key }) => key).sort()).toEqual([...Object.keys(routes), "$default"].sort());
  });

  it("sends each route to the live alias of its service, as payload 2.0", () => {
    for (const { key, uri, integration, permission } of made) {
      const service = key === "$default" ? "catalog" : routes[key as keyof typeof routes].service;
      const alias = one("lambda/alias:Alias", `${pascal(service)}Live`).inputs;
      expect(uri, key).toMatch(new RegExp(`:function:onsale-test-${service}:live$`));
      expect(integration?.payloadFormatVersion, key).toBe("2.0");
      expect(permission, key).toMatchObject({ qualifier: "live", principal: "apigateway.amazonaws.com" });
      expect(alias.functionName).toBe(`onsale-test-${service}`);
    }
  });

  it("throttles every route as the table says, and the default more than any", () => {
    const settings = Object.fromEntries(
      deployed.inputs.routeSettings.map(({ routeKey, ...rest }: { routeKey: string }) => [routeKey, rest]),
    );
    expect(Object.keys(settings).sort()).toEqual(Object.keys(routes).sort());
    for (const [key, { throttle }] of Object.entries(routes))
      expect(settings[key]).toEqual({ throttlingRateLimit: throttle.rate, throttlingBurstLimit: throttle.burst });
    expect(deployed.inputs.defaultRouteSettings).toEqual({ throttlingRateLimit: 100, throttlingBurstLimit: 200 });
  });

  it("asks for throttles only when the routes are there", () => {
    const names = all("apigatewayv2/route:Route").map(({ name }) => name);
    expect(deployed.after).toEqual(expect.arrayContaining(names));
  });

  it("writes an access log that is kept for a month and holds no query, token or body", () => {
    const log = one("cloudwatch/logGroup:LogGroup", "ApiAccessLog").inputs;
    expect(log.retentionInDays).toBe(30);
    expect(deployed.inputs.accessLogSettings.format).not.toMatch(/querystring|authoriz|body|path/i);
  });

  it("has one function per service, on arm64 and nodejs24.x, with its own memory, timeout, trace and log", () => {
    expect(all("lambda/function:Function")).toHaveLength(Object.keys(services).length);
    for (const [name, { memory, timeout }] of Object.entries(services)) {
      expect(lambda(name)).toMatchObject({
        name: `onsale-test-${name}`,
        memorySize: memory,
        timeout,
        architectures: ["arm64"],
        runtime: "nodejs24.x",
        publish: true,
        tracingConfig: { mode: "Active" },
        loggingConfig: { logGroup: `/aws/lambda/onsale-test-${name}` },
      });
      expect(one("cloudwatch/logGroup:LogGroup", `${pascal(name)}Logs`).inputs.retentionInDays).toBe(30);
    }
  });

  it("allows no other origin unless one is configured, and then names the headers that it accepts", () => {
    expect(apiGateway?.corsConfiguration).toEqual({});
    expect(one("responseHeadersPolicy:ResponseHeadersPolicy", "ApiHeaders").inputs.corsConfig).toBeUndefined();
    const [api] = configured().all("apigatewayv2/api:Api");
    expect(api?.inputs.corsConfiguration).toMatchObject({
      allowOrigins: ["https://shop.example.com"],
      allowHeaders: ["authorization", "content-type", "idempotency-key", "admission"],
    });
  });
});
