/**
 * The headers that the edge adds to every answer, as pure data. stacks/ makes CloudFront's policies from them. local/ adds them too, so
 * that a page that they break is noticed before a deployment.
 */
import type { ProviderName } from "#core/lib/providers.ts";
import { cardProviders, type GatewaySources } from "./providers.ts";

/** The foreign sources that the checkout may load, by card provider. None for the sandbox, because it has no script. */
export const gatewaySources = (payments: ProviderName | "none"): GatewaySources | undefined =>
  payments === "none" || payments === "sandbox" ? undefined : cardProviders[payments].sources;

const policy = ({ script, frame, connect }: GatewaySources = { script: [], frame: [], connect: [] }) =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...script].join(" "),
    "style-src 'self'",
    "img-src 'self' blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connect].join(" "),
    ...(frame.length > 0 ? [["frame-src", ...frame].join(" ")] : []),
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

/** Pages load only from their own origin: no inline script or style, no foreign font, no frame. A ticket's QR code is a blob. */
export const contentSecurityPolicy = policy();

/**
 * The pages on which cards are charged: the checkout and the wallet's charge. They are separate documents, and a link to or from them loads
 * a document. So their policy does not apply to other pages.
 */
export const checkoutPaths = ["/orders/*/pay", "/wallet/charge*"];

/** The pages' policy plus the gateway's sources. */
export const checkoutPolicy = (sources: GatewaySources | undefined): string => policy(sources);

/** The camera reads tickets at the entrance. */
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

export const checkoutHeaders = (sources: GatewaySources | undefined): Record<string, string> => ({
  ...pagesHeaders,
  "content-security-policy": checkoutPolicy(sources),
});
