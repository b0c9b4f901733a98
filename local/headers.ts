/** What CloudFront's response headers policies add on AWS (stacks/headers.ts): the same here, so that a page that they break breaks here. */
const security = {
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "strict-origin-when-cross-origin",
};

export const apiHeaders: Record<string, string> = security;

export const pagesHeaders: Record<string, string> = {
  ...security,
  "content-security-policy": [
    "default-src 'self'",
    "img-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "permissions-policy": "camera=(self), microphone=(), geolocation=()",
};
