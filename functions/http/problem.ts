/** Errors as RFC 9457 problem documents. */
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { Problem, Unavailable, Unexpected } from "#core/lib/errors.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { throttles } from "#core/lib/throttles.ts";

/** Names and codes of errors that mean that AWS or the payment gateway is overloaded or unreachable: the caller may try again. */
const transientErrors = new Set([
  ...throttles,
  "TransactionInProgressException",
  "TransactionConflictException",
  "InternalServerError",
  "ServiceUnavailable",
  "TimeoutError",
  "ECONNREFUSED",
  "ECONNRESET",
]);

const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const { name, code } = error as { name?: string; code?: string };
  const isTransient = transientErrors.has(name ?? "") || transientErrors.has(code ?? "");
  logger.error("unexpected", { outcome: isTransient ? "unavailable" : "failed", error: error as Error });
  count("Unexpected");
  return isTransient ? Unavailable() : Unexpected();
};

/** The answer to an error. An unknown error is logged, and its answer has no inner detail. `cached`: the route's answers may be cached. */
export const problem = (error: unknown, requestId: string, cached: boolean): APIGatewayProxyStructuredResultV2 => {
  const { kind, message, extra, headers } = toProblem(error);
  return {
    statusCode: kind.status,
    headers: {
      "content-type": "application/problem+json",
      // the edge caches an error of a cached route too, for one second, so that a spike of errors does not reach the API
      "cache-control": cached ? "public, max-age=1" : "no-store",
      ...(kind.status === 429 || kind.status === 503 ? { "retry-after": "1" } : {}),
      ...(kind.status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...headers,
    },
    body: JSON.stringify({
      type: `urn:onsale:problem:${kind.code}`,
      title: kind.title,
      status: kind.status,
      detail: message,
      instance: `urn:onsale:request:${requestId}`,
      code: kind.code,
      ...extra,
    }),
  };
};
