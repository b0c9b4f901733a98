/** CloudFront serves pages and API from one origin. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkoutPaths } from "../core/contract/headers.ts";
import { apiGateway } from "./api-gateway.ts";
import { type Behaviour, behaviours } from "./behaviours.ts";
import { edgeFunction } from "./edge-function.ts";
import { answers, firewall, rules } from "./firewall.ts";
import { apiHeaders, checkoutHeaders, pagesHeaders } from "./headers.ts";
import { cachingOptimized, policies } from "./policies.ts";
import { secrets } from "./secrets.ts";
import { settings } from "./settings.ts";

type Distribution = sst.aws.CdnArgs;

const host = apiGateway.url.apply((url) => new URL(url).host);

/** The API as an origin. The API refuses requests without this secret header, because they bypass the firewall and the cache. */
const origin = (originId: string) => ({
  originId,
  domainName: host,
  customHeaders: [
    { name: "x-onsale-origin", value: secrets.OriginKey.value.apply((keys) => keys.split(",")[0] ?? "") },
  ],
  customOriginConfig: {
    httpPort: 80,
    httpsPort: 443,
    originProtocolPolicy: "https-only",
    originReadTimeout: 30,
    originKeepaliveTimeout: 60,
    originSslProtocols: ["TLSv1.2"],
  },
});

/** Regions that have an Origin Shield. */
const shieldRegions = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ap-south-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "sa-east-1",
];
const shield = aws
  .getRegionOutput()
  .region.apply((region) => shieldRegions.find((one) => one === region) ?? "us-east-1");

/** All edges ask the shield, and the shield asks the API once a second, independent of the number of visitors. */
const shielded = { ...origin("api-shielded"), originShield: { enabled: true, originShieldRegion: shield } };

const behaviour = ({ pattern, cached, query, compressed }: Behaviour) => ({
  pathPattern: pattern,
  targetOriginId: cached ? "api-shielded" : "api",
  viewerProtocolPolicy: "https-only",
  allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
  cachedMethods: ["GET", "HEAD"],
  compress: compressed,
  cachePolicyId: cached ? policies.cached(query, compressed) : policies.passing.id,
  ...(!cached && { originRequestPolicyId: policies.forwarded.id }),
  responseHeadersPolicyId: apiHeaders.id,
  functionAssociations: [{ eventType: "viewer-request", functionArn: edgeFunction.arn }],
});

/** How long an error without Cache-Control is cached: not at all, or a second if it is a 5xx. */
const errors = [
  ...[400, 403, 404, 405, 414, 416].map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
  ...[500, 501, 502, 503, 504].map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
];

export const router = new sst.aws.Router("Web", {
  ...(settings.domain && { domain: settings.domain }),
  ...firewall(settings.firewall),
  transform: {
    waf: { rules, customResponseBodies: answers },
    cachePolicy: (_, options) => {
      // SST's own policy is for rendered pages, and ours are files. With an id SST makes none and uses AWS's
      options.id = cachingOptimized;
    },
    cdn: (args: Distribution) => {
      const pages = $resolve([args.defaultCacheBehavior]).apply(([made]) => ({
        ...made,
        // a bucket obeys a viewer's query (response-content-type), which is not in the cache key, so it gets no query
        originRequestPolicyId: undefined,
        responseHeadersPolicyId: pagesHeaders.id,
      }));
      args.origins = $resolve([args.origins]).apply(([made]) => [...made, origin("api"), shielded]);
      args.orderedCacheBehaviors = pages.apply((made) => [
        ...behaviours().map(behaviour),
        ...checkoutPaths.map((pathPattern) => ({ ...made, pathPattern, responseHeadersPolicyId: checkoutHeaders.id })),
      ]);
      args.customErrorResponses = errors;
      args.defaultCacheBehavior = pages;
    },
  },
});

/** The address of pages and API, without a trailing slash. */
export const publicUrl = settings.domain ? `https://${settings.domain}` : router.url;

/** The pages, built and uploaded, if there are any. */
if (existsSync(join($cli.paths.root, "web/index.html"))) {
  new sst.aws.StaticSite("Pages", {
    path: "web",
    build: { command: "npm run build", output: "dist" },
    router: { instance: router },
  });
}
