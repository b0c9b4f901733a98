/** The headers that CloudFront adds to answers. */
import {
  checkoutPolicy,
  contentSecurityPolicy,
  gatewaySources,
  permissionsPolicy,
  referrerPolicy,
  transportSecurityAge,
} from "../core/contract/headers.ts";
import { settings } from "./settings.ts";

const name = (of: string) => `${$app.name}-${$app.stage}-${of}`;

const security = {
  strictTransportSecurity: { accessControlMaxAgeSec: transportSecurityAge, includeSubdomains: false, override: true },
  contentTypeOptions: { override: true },
  frameOptions: { frameOption: "DENY", override: true },
  referrerPolicy: { referrerPolicy, override: true },
};

const documents = (of: string, contentSecurityPolicy: string) =>
  new aws.cloudfront.ResponseHeadersPolicy(`${of}Headers`, {
    name: name(of),
    securityHeadersConfig: { ...security, contentSecurityPolicy: { contentSecurityPolicy, override: true } },
    customHeadersConfig: {
      items: [{ header: "permissions-policy", value: permissionsPolicy, override: true }],
    },
  });

export const pagesHeaders = documents("Pages", contentSecurityPolicy);

/** The checkout's policy allows the payment gateway's form. */
export const checkoutHeaders = documents("Checkout", checkoutPolicy(gatewaySources(settings.payments)));

/** A cached answer does not depend on its request's Origin. So the edge adds the CORS headers, if another origin is configured. */
export const apiHeaders = new aws.cloudfront.ResponseHeadersPolicy("ApiHeaders", {
  name: name("Api"),
  securityHeadersConfig: security,
  ...(settings.corsOrigin && {
    corsConfig: {
      accessControlAllowCredentials: false,
      accessControlAllowOrigins: { items: [settings.corsOrigin] },
      accessControlAllowMethods: { items: ["GET", "HEAD", "POST", "PATCH", "DELETE"] },
      accessControlAllowHeaders: { items: ["Authorization", "Content-Type", "Idempotency-Key", "Admission"] },
      accessControlExposeHeaders: { items: ["Retry-After", "Onsale-Next"] },
      originOverride: true,
    },
  }),
});
