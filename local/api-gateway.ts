/** API Gateway: a request to its route's function, the function's result to an answer. Also what tests call without HTTP. */
import { randomUUID } from "node:crypto";
import { keyOf } from "#core/lib/config.ts";
import { TooLarge } from "#core/lib/errors.ts";
import { problem } from "#functions/http/problem.ts";
import { type Invoke, invoke as invokeHere } from "./lambda.ts";
import { type HttpAnswer, type HttpRequest, own, toAnswer, toEvent } from "./payload.ts";
import { type Match, match } from "./route-table.ts";

/** API Gateway's limit for a request's body. */
export const maxBodyBytes = 10 * 1024 * 1024;

/** A request as CloudFront passes it on: with the secret header and the viewer's address. It replaces what the client sent there. */
const throughTheEdge = (request: HttpRequest): HttpRequest => ({
  ...request,
  headers: {
    ...request.headers,
    "x-onsale-origin": keyOf("OriginKey"),
    "cloudfront-viewer-address": request.viewer ?? "127.0.0.1:0",
  },
});

/** Answers a request in this process, without the edge's cache. `matched`: the route, if the caller has found it already. */
export const call = async (
  request: HttpRequest,
  matched: Match = match(request.method, request.path),
  invoke: Invoke = invokeHere,
): Promise<HttpAnswer> => {
  const event = toEvent(throughTheEdge(request), matched);
  try {
    return toAnswer(await invoke(matched.route?.service ?? "catalog", event));
  } catch (error) {
    console.error(
      JSON.stringify({
        level: "ERROR",
        message: "invocation failed",
        routeKey: matched.routeKey,
        error: String(error),
      }),
    );
    return own(500, { message: "Internal Server Error" }); // word for word API Gateway's
  }
};

/** The services' own 413, for bodies that API Gateway would not pass on to them. */
export const tooLarge = (): HttpAnswer =>
  toAnswer(problem(TooLarge(`The body has more than ${maxBodyBytes} bytes.`), randomUUID(), false));
