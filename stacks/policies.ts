/** The parts of a cache key, and what CloudFront forwards to the API. Requests that are equal in these get the same answer. */

const name = (of: string) => `${$app.name}-${$app.stage}-${of}`;

type Key = { headers?: string[]; query: string[] | "all"; compressed: boolean };

const key = ({ headers = [], query, compressed }: Key) => ({
  cookiesConfig: { cookieBehavior: "none" },
  headersConfig:
    headers.length > 0 ? { headerBehavior: "whitelist", headers: { items: headers } } : { headerBehavior: "none" },
  queryStringsConfig:
    query === "all"
      ? { queryStringBehavior: "all" }
      : query.length > 0
        ? { queryStringBehavior: "whitelist", queryStrings: { items: query } }
        : { queryStringBehavior: "none" },
  enableAcceptEncodingGzip: compressed,
  enableAcceptEncodingBrotli: compressed,
});

/**
 * AWS's policy CachingOptimized: the key is the path and the encoding; an answer is cached as Cache-Control says, and for at least a
 * second. An account may have 20 policies of its own, and AWS does not raise that limit, so a stage makes as few as it can.
 */
export const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** Behaviours with equal keys share a policy. The API's Cache-Control sets the time. */
const made = new Map<string, aws.cloudfront.CachePolicy>();

const cached = (query: string[], compressed: boolean): $util.Input<string> => {
  if (compressed && query.length === 0) return cachingOptimized;
  const of = [query.length > 0 ? "Query" : "Path", compressed ? "Compressed" : ""].join("");
  const id = JSON.stringify([query, compressed]);
  const policy =
    made.get(id) ??
    new aws.cloudfront.CachePolicy(`Cache${of}${made.size}`, {
      name: name(`${of}${made.size}`),
      comment: `Path${query.length > 0 ? `, ${query.join(", ")}` : " alone"}${compressed ? ", encoding" : ""}`,
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: 31_536_000,
      parametersInCacheKeyAndForwardedToOrigin: key({ query, compressed }),
    });
  made.set(id, policy);
  return policy.id;
};

/**
 * For all other requests to the API. CloudFront forwards `Authorization` only as part of a key, and a key with headers needs a maximum of a
 * second. These answers have `no-store`, so none is cached.
 */
const passing = new aws.cloudfront.CachePolicy("CachePassing", {
  name: name("Passing"),
  comment: "Nothing is kept; Authorization passes",
  minTtl: 0,
  defaultTtl: 0,
  maxTtl: 1,
  parametersInCacheKeyAndForwardedToOrigin: key({ headers: ["Authorization"], query: "all", compressed: false }),
});

/** Everything that the API reads. CloudFront sets the viewer's address itself and replaces a header of that name from the viewer. */
const forwarded = new aws.cloudfront.OriginRequestPolicy("Forwarded", {
  name: name("Forwarded"),
  comment: "What the API reads",
  cookiesConfig: { cookieBehavior: "none" },
  queryStringsConfig: { queryStringBehavior: "all" },
  headersConfig: {
    headerBehavior: "whitelist",
    headers: {
      items: [
        "Admission",
        "Idempotency-Key",
        "Content-Type",
        "Content-Encoding",
        "Onsale-Signature",
        "Stripe-Signature",
        "CloudFront-Viewer-Address",
        "Origin",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
      ],
    },
  },
});

export const policies = { cached, passing, forwarded };
