/**
 * The headers that the edge adds to every answer, as pure data: stacks/ makes CloudFront's policies of them, local/ adds them itself,
 * so that a page that they break breaks on one machine already.
 */

/** Pages ask nobody but their own origin: no inline script or style, no foreign font, no frame. A ticket's QR code is a blob. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** The camera reads tickets at the door. */
export const permissionsPolicy = "camera=(self), microphone=(), geolocation=()";

/** A year, in seconds. */
export const transportSecurityAge = 31_536_000;

export const referrerPolicy = "strict-origin-when-cross-origin";

const security = {
  "strict-transport-security": `max-age=${transportSecurityAge}`,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": referrerPolicy,
};

export const apiHeaders: Record<string, string> = security;

export const pagesHeaders: Record<string, string> = {
  ...security,
  "content-security-policy": contentSecurityPolicy,
  "permissions-policy": permissionsPolicy,
};
