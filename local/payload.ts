/**
 * API Gateway's payload format 2.0, both ways.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { decoded, type Match } from "./route-table.ts";

export type HttpRequest = {
  method: string;
  /** As sent, undecoded, without the query. */
  path: string;
  /** The query as sent, without `?`. */
  query?: string;
  /** Names in lower case. */
  headers?: Record<string, string | undefined>;
  body?: Buffer | string;
  /** `ip:port` of the viewer. */
  viewer?: string;
};

export type HttpAnswer = {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[]>;
  body: Buffer;
};

const TEXT = /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+(json|xml)\b)/i;

/** The event that API Gateway passes to the function of the matched route. */
export const toEvent = (request: HttpRequest, { routeKey, params }: Match): APIGatewayProxyEventV2 => {
  const { cookie, ...headers } = request.headers ?? {};
  const body = request.body === undefined ? undefined : Buffer.from(request.body as string);
  // The content type alone decides: a compressed body that is declared as text is passed as text, and so corrupted.
  const isBase64Encoded = body !== undefined && !TEXT.test(headers["content-type"] ?? "");
  const queryStringParameters = parameters(request.query ?? "");
  const rawPath = decoded(request.path) ?? request.path;
  const at = Date.now();
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: request.query ?? "",
    headers: headers as Record<string, string>,
    ...(cookie && { cookies: cookie.split(/; */) }),
    ...(queryStringParameters && { queryStringParameters }),
    ...(params && { pathParameters: params }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: headers.host ?? "localhost",
      domainPrefix: "local",
      http: {
        method: request.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: request.viewer?.replace(/:\d+$/, "") ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: new Date(at).toISOString(),
      timeEpoch: at,
    },
    ...(body && body.length > 0 && { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded: isBase64Encoded && body.length > 0,
  };
};

/** Decoded. The values of a repeated name are joined by commas. */
const parameters = (query: string): Record<string, string> | undefined => {
  if (query === "") return undefined;
  const all: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) all[name] = name in all ? `${all[name]},${value}` : value;
  return { ...all };
};

type Result = {
  statusCode?: number;
  headers?: Record<string, boolean | number | string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};

/** The answer that a function's result means. A result without a statusCode is the JSON body of a 200, as the format defines. */
export const toAnswer = (result: unknown): HttpAnswer => {
  if (result === null || typeof result !== "object" || !("statusCode" in result)) {
    const body = Buffer.from(typeof result === "string" ? result : JSON.stringify(result ?? null));
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const { statusCode = 200, headers = {}, cookies, body = "", isBase64Encoded } = result as Result;
  const lower: HttpAnswer["headers"] = {};
  for (const name in headers) lower[name.toLowerCase()] = String(headers[name]);
  if (cookies) lower["set-cookie"] = cookies;
  return { status: statusCode, headers: lower, body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") };
};

/** A JSON answer of API Gateway itself. */
export const own = (status: number, body: object, type = "application/json"): HttpAnswer => ({
  status,
  headers: { "content-type": type, "cache-control": "no-store" },
  body: Buffer.from(JSON.stringify(body)),
});
