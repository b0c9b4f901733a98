import jws from "jws";
import { describe, expect, it } from "vitest";
import { rateRules } from "#core/contract/firewall.ts";
import { contentSecurityPolicy } from "#core/contract/headers.ts";
import { type Route, routes } from "#core/contract/routes.ts";
import { matches } from "../../stacks/behaviours.ts";
import { configured, type Graph, graph as graphOf, production, test as stage } from "./graph.ts";
import { synthesise } from "./setup.ts";

const STATUS = "/v1/events/evt_01JD0000000000000000000000/queue";

const graph = stage();
const distribution = (of: Graph) => of.one("cloudfront/distribution:Distribution", "WebCdnDistribution").inputs;
const cdn = distribution(graph);

type Behaviour = {
  pathPattern: string;
  cachePolicyId: string;
  originRequestPolicyId?: string;
  targetOriginId: string;
  compress: boolean;
  allowedMethods: string[];
  viewerProtocolPolicy: string;
};

const ordered: Behaviour[] = cdn.orderedCacheBehaviors;

/** The behaviour that CloudFront would choose: the first whose pattern matches. */
const chosen = (key: string): Behaviour => {
  const path = (key.split(" ")[1] ?? "").replace(/\{(\w+)\}/g, "some-$1");
  return ordered.find(({ pathPattern }) => matches(pathPattern, path)) as Behaviour;
};

/** AWS's own policy, from its documentation: it is in no account's graph. */
const cachingOptimized = {
  minTtl: 1,
  defaultTtl: 86_400,
  maxTtl: 31_536_000,
  parametersInCacheKeyAndForwardedToOrigin: {
    cookiesConfig: { cookieBehavior: "none" },
    headersConfig: { headerBehavior: "none" },
    queryStringsConfig: { queryStringBehavior: "none" },
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: true,
  },
};

const policy = (id: string) =>
  id === "658327ea-f89d-4fab-a63d-7e88639e58f6"
    ? cachingOptimized
    : (graph.all("cloudfront/cachePolicy:CachePolicy").find(({ inputs }) => inputs.name === id)?.inputs ?? {});

/** The parts of a behaviour's cache key besides the path. */
const key = ({ cachePolicyId }: Behaviour) => {
  const of = policy(cachePolicyId).parametersInCacheKeyAndForwardedToOrigin;
  return {
    query: of.queryStringsConfig.queryStrings?.items ?? of.queryStringsConfig.queryStringBehavior,
    headers: of.headersConfig.headers?.items ?? of.headersConfig.headerBehavior,
    cookies: of.cookiesConfig.cookieBehavior,
    encoding: of.enableAcceptEncodingGzip || of.enableAcceptEncodingBrotli,
  };
};

const table = Object.entries<Route>(routes);
const cached = table.filter(([, { cache }]) => cache).map(([name]) => name);
const nothing = { query: "none", headers: "none", cookies: "none", encoding: false };

describe("the edge", () => {
  it("caches one answer of the queue's status for everyone: its key is the path, whatever a viewer adds", () => {
    expect(key(chosen("GET /v1/events/{eventId}/queue"))).toEqual(nothing);
    expect(chosen("GET /v1/events/{eventId}/queue").compress).toBe(false);
  });

  it("caches one answer of a plan, which comes compressed", () => {
    expect(key(chosen("GET /v1/events/{eventId}/plan"))).toEqual(nothing);
  });

  it("caches the catalogue by its own query parameters alone, and by encoding", () => {
    const query = ["cursor", "destination", "from", "kind", "limit", "origin", "q", "to"];
    expect(key(chosen("GET /v1/events"))).toEqual({ ...nothing, query, encoding: true });
    for (const path of ["", "/availability", "/sections/{sectionId}/seats"])
      expect(key(chosen(`GET /v1/events/{eventId}${path}`))).toEqual({ ...nothing, encoding: true });
  });

  it("forwards nothing to the API that is not in the key of a cached answer", () => {
    for (const route of cached) expect(chosen(route).originRequestPolicyId, route).toBeUndefined();
  });

  it("caches exactly what the route table allows, as long as the API says", () => {
    for (const [route, { cache }] of table) {
      const behaviour = chosen(route);
      expect(behaviour.targetOriginId, route).toBe(cache ? "api-shielded" : "api");
      if (!cache) expect(policy(behaviour.cachePolicyId), route).toMatchObject({ minTtl: 0, maxTtl: 1 });
      else expect(Number(/^public, max-age=(\d+)/.exec(cache)?.[1]), route).toBeGreaterThanOrEqual(1);
      expect(policy(behaviour.cachePolicyId).minTtl, route).toBeLessThanOrEqual(1);
    }
  });

  it("caches a page by its path alone, and forwards to the bucket nothing that could change it", () => {
    const pages = [cdn.defaultCacheBehavior, ...ordered.filter(({ pathPattern }) => !pathPattern.startsWith("/v1/"))];
    expect(pages).toHaveLength(3);
    for (const page of pages) {
      expect(key(page)).toEqual({ ...nothing, encoding: true });
      expect(page.originRequestPolicyId).toBeUndefined();
    }
  });

  it("has no signed-in path with a cached answer", () => {
    for (const [route, { auth }] of table)
      if (auth !== "public") expect(key(chosen(route)).headers, route).toEqual(["Authorization"]);
  });

  it("caches nothing else for more than a second, and only answers that allow it", () => {
    const passing = chosen("POST /v1/orders");
    expect(key(passing)).toEqual({ query: "all", headers: ["Authorization"], cookies: "none", encoding: false });
    expect(policy(passing.cachePolicyId).maxTtl).toBe(1);
  });

  it("passes what the API reads, and appends the viewer's address itself", () => {
    const [forwarded] = graph.all("originRequestPolicy:OriginRequestPolicy");
    expect(chosen("POST /v1/orders").originRequestPolicyId).toBe(forwarded?.inputs.name);
    const { headers } = forwarded?.inputs.headersConfig ?? {};
    for (const name of [
      "Admission",
      "Idempotency-Key",
      "Content-Type",
      "Content-Encoding",
      "Onsale-Signature",
      "Stripe-Signature",
    ])
      expect(headers.items).toContain(name);
    expect(headers.items).toContain("CloudFront-Viewer-Address");
    expect(headers.items).not.toContain("Host");
    expect(headers.items.length).toBeLessThanOrEqual(10); // CloudFront's quota
  });

  it("lets the API answer unknown paths and methods, as problem documents", () => {
    expect(chosen("GET /v1/nothing/here").pathPattern).toBe("/v1/*");
    for (const { pathPattern, allowedMethods } of ordered)
      if (pathPattern.startsWith("/v1/")) expect(allowedMethods).toHaveLength(7);
  });

  it("uses an origin shield, so that a crowd at every edge is one request a second", () => {
    const shielded = cdn.origins.find(({ originId }: { originId: string }) => originId === "api-shielded");
    expect(shielded.originShield).toEqual({ enabled: true, originShieldRegion: "us-east-1" });
  });

  it("sends the API a secret that nobody else knows", () => {
    const secret = graph.builds.find(({ functionID }) => functionID === "QueueService")?.links?.OriginKey?.value;
    expect(secret).toMatch(/^\w{64}$/);
    for (const { originId, customHeaders } of cdn.origins)
      if (originId !== "default") expect(customHeaders).toEqual([{ name: "x-onsale-origin", value: secret }]);
  });

  it("caches no error for more than a second", () => {
    for (const { errorCode, errorCachingMinTtl } of cdn.customErrorResponses)
      expect(errorCachingMinTtl, `${errorCode}`).toBeLessThanOrEqual(1);
    const codes = cdn.customErrorResponses.map(({ errorCode }: { errorCode: number }) => errorCode);
    expect(codes).toEqual([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]); // all that CloudFront caches by default
  });

  it("accepts TLS alone", () => {
    for (const { pathPattern, viewerProtocolPolicy } of ordered)
      if (pathPattern.startsWith("/v1/")) expect(viewerProtocolPolicy).toBe("https-only");
    expect(cdn.defaultCacheBehavior.viewerProtocolPolicy).toBe("redirect-to-https");
    expect(distribution(configured()).viewerCertificate).toMatchObject({ minimumProtocolVersion: "TLSv1.2_2021" });
  });

  it("gives the pages a content policy that allows nothing foreign", () => {
    const headers = graph.one("responseHeadersPolicy:ResponseHeadersPolicy", "PagesHeaders").inputs;
    expect(cdn.defaultCacheBehavior.responseHeadersPolicyId).toBe(headers.name);
    const { contentSecurityPolicy } = headers.securityHeadersConfig.contentSecurityPolicy;
    expect(contentSecurityPolicy).toMatch(/default-src 'none'/);
    expect(contentSecurityPolicy).toMatch(/frame-ancestors 'none'/);
    expect(contentSecurityPolicy).not.toMatch(/unsafe/);
  });

  it("gives the checkout alone a policy that allows the gateway's form, and none for the sandbox or without a gateway", async () => {
    const of = (graph: Graph, name: string) => {
      const { inputs } = graph.one("responseHeadersPolicy:ResponseHeadersPolicy", `${name}Headers`);
      return { name: inputs.name, policy: inputs.securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy };
    };
    const paying = graphOf(
      await synthesise("test", {
        ONSALE_PAYMENTS: "stripe",
        SST_SECRET_StripeKey: "sk_test_1",
        SST_SECRET_StripePublishableKey: "pk_test_1",
        SST_SECRET_StripeWebhookSecret: "whsec_1",
      }),
    );
    const stripe = of(paying, "Checkout");
    const behaviours: { pathPattern: string; responseHeadersPolicyId: string }[] =
      distribution(paying).orderedCacheBehaviors;
    expect(
      behaviours.filter(({ responseHeadersPolicyId: id }) => id === stripe.name).map(({ pathPattern }) => pathPattern),
    ).toEqual(["/orders/*/pay", "/wallet/charge*"]);
    expect(stripe.policy).toBe(
      "default-src 'none'; script-src 'self' https://js.stripe.com https://*.js.stripe.com; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self' https://api.stripe.com; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; manifest-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    for (const graph of [stage(), configured(), production(), paying])
      expect(of(graph, "Pages").policy).toBe(contentSecurityPolicy);
    // no gateway, and the sandbox, which has no form
    for (const graph of [stage(), configured()]) expect(of(graph, "Checkout").policy).toBe(contentSecurityPolicy);
  });

  it("serves the checkout as it serves the other pages", () => {
    const {
      pathPattern: _,
      responseHeadersPolicyId: __,
      ...checkout
    } = ordered.find(({ pathPattern }) => pathPattern === "/orders/*/pay") as Behaviour & {
      responseHeadersPolicyId: string;
    };
    const { responseHeadersPolicyId: ___, ...pages } = cdn.defaultCacheBehavior;
    expect(checkout).toEqual(pages);
    expect(matches("/orders/*/pay", "/v1/orders/ord_1/pay")).toBe(false);
    expect(matches("/wallet/charge*", "/v1/wallet/charges")).toBe(false);
    for (const path of ["/wallet/charge", "/wallet/charge/1"]) expect(matches("/wallet/charge*", path)).toBe(true);
    expect(matches("/wallet/charge*", "/wallet")).toBe(false);
  });

  it("lets another origin read cached answers, if one is configured", () => {
    const { corsConfig } = configured().one("responseHeadersPolicy:ResponseHeadersPolicy", "ApiHeaders").inputs;
    expect(corsConfig.accessControlAllowOrigins).toEqual({ items: ["https://shop.example.com"] });
    expect(corsConfig.accessControlAllowHeaders.items).toEqual([
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "Admission",
    ]);
  });

  it("answers by the installation's own name", () => {
    expect(distribution(configured()).aliases).toEqual(["tickets.example.com"]);
    const link = configured().builds.find(({ functionID }) => functionID === "MailService")?.links?.Settings;
    expect(link?.publicUrl).toBe("https://tickets.example.com");
  });

  it("blocks floods in production with one rule per row of the table, and the answer says when to come back", () => {
    expect(graph.all("wafv2/webAcl:WebAcl")).toHaveLength(0);
    const [firewall] = production().all("wafv2/webAcl:WebAcl");
    expect(distribution(production()).webAclId).toBe(`arn:aws:wafv2:us-east-1:123456789012:${firewall?.inputs.name}`);
    const { rules, customResponseBodies } = firewall?.inputs ?? {};
    expect(rules.map(({ name }: { name: string }) => name)).toEqual(rateRules.map(({ name }) => name));
    for (const [n, { action, statement, priority }] of rules.entries()) {
      expect(priority).toBe(n);
      expect(action.block.customResponse).toMatchObject({ responseCode: 429, customResponseBodyKey: "Blocked" });
      const { limit, evaluationWindowSec, aggregateKeyType } = statement.rateBasedStatement;
      expect([limit, evaluationWindowSec]).toEqual([rateRules[n]?.limit, 60]);
      expect(limit).toBeGreaterThanOrEqual(10); // WAF's least
      expect(aggregateKeyType).toBe(rateRules[n]?.per === "token" ? "CUSTOM_KEYS" : "IP");
    }
    expect(JSON.parse(customResponseBodies[0].content)).toMatchObject({ status: 429, code: "request.throttled" });
  });

  it("counts spellings that no page sends, and no poll of a page", () => {
    const { rules } = production().all("wafv2/webAcl:WebAcl")[0]?.inputs ?? {};
    const [api, others] = rules[0].statement.rateBasedStatement.scopeDownStatement.andStatement.statements;
    type Match = { regexMatchStatement: { regexString: string } };
    const named: Match[] = others.notStatement.statements[0].orStatement.statements;
    const fits =
      (path: string) =>
      ({ regexMatchStatement: { regexString } }: Match) =>
        new RegExp(regexString).test(path);
    const counted = (path: string) => fits(path)(api) && !named.some(fits(path));
    for (const { regexMatchStatement } of [api, ...named])
      expect(regexMatchStatement.regexString.length).toBeLessThanOrEqual(512); // WAF's most
    for (const path of [STATUS, `${STATUS}/places`, "/v1/events", "/v1/sessions", "/assets/app.js", "/"])
      expect([path, counted(path)]).toEqual([path, false]);
    for (const path of [
      `${STATUS}/`,
      STATUS.toLowerCase(),
      STATUS.replace("evt", "%65vt"),
      `/${STATUS}`,
      "/v1/x/queue",
    ])
      expect([path, counted(path)]).toEqual([path, true]);
  });

  it("runs the function that refuses unusual spellings and strangers before every cache of the API", async () => {
    const { inputs } = graph.one("cloudfront/function:Function", "Edge");
    expect(inputs.runtime).toBe("cloudfront-js-2.0");
    expect(Buffer.byteLength(inputs.code)).toBeLessThanOrEqual(10 * 1024); // CloudFront's most
    expect(inputs.code).not.toMatch(/\?\.|\.\.\.|for \((const|let) \w+ of|const [[{]|^export /m); // globals that CloudFront's JavaScript lacks
    const associated = [{ eventType: "viewer-request", functionArn: expect.stringContaining("onsale-test-edge") }];
    for (const one of ordered)
      expect([one.pathPattern, (one as { functionAssociations?: unknown }).functionAssociations]).toEqual([
        one.pathPattern,
        one.pathPattern.startsWith("/v1/") ? associated : expect.not.arrayContaining(associated),
      ]);
    const [kept] = graph.all("cloudfront/keyvaluestoreKey:KeyvaluestoreKey");
    const key = graph.builds.find(({ functionID }) => functionID === "AccountsService")?.links?.AccessKey?.value;
    expect(kept?.inputs).toMatchObject({ key: "AccessKey", value: key });
    // the deployed text, run as CloudFront runs it
    const code = inputs.code.replace(/^import cf.*$/m, `const cf = { kvs: () => ({ get: async () => "${key}" }) };`);
    const { handler } = await import(`data:text/javascript,${encodeURIComponent(`${code}\nexport { handler };`)}`);
    const ask = (uri: string, headers = {}) =>
      handler({ context: { requestId: "r" }, request: { method: "GET", uri, headers } });
    expect(await ask(STATUS)).toMatchObject({ uri: STATUS });
    expect(await ask(`${STATUS}/`)).toMatchObject({ statusCode: 404 });
    expect(await ask("/v1/me")).toMatchObject({
      statusCode: 401,
      headers: { "www-authenticate": { value: "Bearer" } },
    });
    const payload = { aud: "access", exp: Date.now() / 1000 + 60, roles: [] };
    const token = jws.sign({ header: { alg: "HS256" }, payload, secret: key as string });
    const authorization = { value: `Bearer ${token}` };
    expect(await ask("/v1/me", { authorization })).toMatchObject({ uri: "/v1/me" });
    expect(await ask("/v1/admin/orders", { authorization })).toMatchObject({ statusCode: 403 });
  });
});
