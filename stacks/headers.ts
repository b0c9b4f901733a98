/** What CloudFront adds to answers. */
import { settings } from "./settings.ts";

const name = (of: string) => `${$app.name}-${$app.stage}-${of}`;

const security = {
  strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, includeSubdomains: false, override: true },
  contentTypeOptions: { override: true },
  frameOptions: { frameOption: "DENY", override: true },
  referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
};

/** Nothing but our own origin: no inline script, no foreign font, no frame. */
const CONTENT = [
  "default-src 'self'",
  "img-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export const pagesHeaders = new aws.cloudfront.ResponseHeadersPolicy("PagesHeaders", {
  name: name("Pages"),
  securityHeadersConfig: { ...security, contentSecurityPolicy: { contentSecurityPolicy: CONTENT, override: true } },
  customHeadersConfig: {
    items: [{ header: "permissions-policy", value: "camera=(self), microphone=(), geolocation=()", override: true }],
  },
});

/** A cached answer has lost its request's Origin: the edge itself says who may read it, if another origin is configured. */
export const apiHeaders = new aws.cloudfront.ResponseHeadersPolicy("ApiHeaders", {
  name: name("Api"),
  securityHeadersConfig: security,
  ...(settings.corsOrigin && {
    corsConfig: {
      accessControlAllowCredentials: false,
      accessControlAllowOrigins: { items: [settings.corsOrigin] },
      accessControlAllowMethods: { items: ["GET", "HEAD", "POST", "PATCH", "DELETE"] },
      accessControlAllowHeaders: { items: ["Authorization", "Content-Type", "Idempotency-Key", "Admission"] },
      accessControlExposeHeaders: { items: ["Retry-After"] },
      originOverride: true,
    },
  }),
});
