/** Errors as RFC 9457 problem documents. */
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { Problem, Unavailable, Unexpected } from "#core/lib/errors.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";

/** What is thrown when AWS or the payment gateway is overloaded or out of reach: the caller may try again. */
const PASSING = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "TransactionInProgressException",
  "TransactionConflictException",
  "InternalServerError",
  "ServiceUnavailable",
  "TimeoutError",
  "ECONNREFUSED",
  "ECONNRESET",
]);

const known = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const { name, code } = error as { name?: string; code?: string };
  const passing = PASSING.has(name ?? "") || PASSING.has(code ?? "");
  logger.error("unexpected", { outcome: passing ? "unavailable" : "failed", error: error as Error });
  count("Unexpected");
  return passing ? Unavailable() : Unexpected();
};

/** The answer to an error. An unknown fault is logged and told without inner detail. `cache` is the route's own, if it has one. */
export const problem = (error: unknown, requestId: string, cached: boolean): APIGatewayProxyStructuredResultV2 => {
  const { kind, message, extra, headers } = known(error);
  return {
    statusCode: kind.status,
    headers: {
      "content-type": "application/problem+json",
      // at a spike the edge answers an error of a shared route too, but for a second only
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
