/**
 * The refusals that CloudFront answers itself, before its cache and before the API: paths that no route has, and requests that lack the
 * token or role of their route. stacks/edge-function.ts sends this text to CloudFront, and local/edge.ts runs it here. CloudFront's
 * JavaScript has neither `for … of` nor destructuring.
 */
// biome-ignore lint/style/useNodejsImportProtocol: CloudFront provides it under this name
import crypto from "crypto";

/** Whether two texts are equal. The time it takes does not depend on where they differ. */
function same(a, b) {
  let different = a.length ^ b.length;
  for (let n = 0; n < a.length; n++) different |= a.charCodeAt(n) ^ b.charCodeAt(n % b.length);
  return different === 0;
}

/** The claims of an access token that one of `keys` (joined by commas) has signed and that is valid at `now` (epoch ms), or null. */
function claimsOf(authorization, keys, now) {
  // only one spelling is accepted, because the firewall counts by the exact header
  const parts = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization || "");
  if (!parts) return null;
  const input = `${parts[1]}.${parts[2]}`;
  const isBy = (key) => same(crypto.createHmac("sha256", key).update(input).digest("base64url"), parts[3]);
  if (!keys.split(",").some(isBy)) return null;
  const claims = JSON.parse(Buffer.from(parts[2], "base64url").toString());
  return claims.aud === "access" && claims.exp * 1000 > now ? claims : null;
}

/** Who may call the route of a request, or the code of its 404. An id has one valid spelling: each other one would add a cache entry. */
function find(table, method, uri) {
  let missing = "route.not_found";
  for (let n = 0; n < table.routes.length; n++) {
    // method, auth, path, and for each name in the path the code of a 404
    const route = table.routes[n].split(" ");
    if (method !== route[0] && method !== "OPTIONS") continue;
    const of = new RegExp(`^${route[2].replace(/\{\w+\}/g, "([^/]+)")}$`).exec(uri);
    if (!of) continue;
    const names = route[2].match(/\w+(?=\})/g) || [];
    const odd = names.findIndex((name, at) => !new RegExp(`^${table.ids[name] || table.id}$`).test(of[at + 1]));
    if (odd < 0) return { auth: route[1] };
    missing = route[3 + odd];
  }
  return { missing: missing };
}

/** The code with which the edge refuses a request, or null if the request passes. `keys` are those of access tokens. */
export function refusal(table, request, keys, now) {
  const found = find(table, request.method, request.uri);
  if (!found.auth) return found.missing;
  const auth = found.auth;
  if (auth === "public" || auth === "optional" || request.method === "OPTIONS") return null;
  // only the function can check what a device signed: CloudFront has no ECDSA
  if (auth === "device" && /^Device [\w-]+\.[\w-]+\.[\w-]+$/.test(request.authorization || "")) return null;
  const claims = claimsOf(request.authorization, keys, now);
  if (!claims) return "request.unauthorized";
  // the previous release's tokens have `roles` only
  const isOrganiser = claims.org === true || (Array.isArray(claims.roles) && claims.roles.indexOf("admin") >= 0);
  return auth !== "user" && !isOrganiser ? "request.forbidden" : null;
}

/** A refusal as a problem document. */
export function problem(table, code, requestId) {
  const error = table.errors[code];
  return {
    type: `urn:onsale:problem:${code}`,
    title: error.title,
    status: error.status,
    detail: error.title,
    instance: `urn:onsale:request:${requestId}`,
    code: code,
  };
}
