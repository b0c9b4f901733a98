/** One exchange with the API over HTTP: the request of a route, and its answer read to the end. */
import { ApiProblem, offline, type ProblemDocument } from "./problem.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Target = {
  /** Where the API is, without a slash at the end; empty in a page of the API's own origin. */
  baseUrl: string;
  fetch: Fetch;
  /** After this a request counts as lost. */
  timeoutMs: number;
};

/** A call as it is sent; routes.ts says what each route takes. */
export type Call = {
  params?: Record<string, string>;
  query?: Record<string, string | undefined>;
  body?: unknown;
  idempotencyKey?: string;
  admission?: string;
  gzip?: boolean;
  token?: string | undefined;
};

export type Received = { status: number; headers: Headers; body: unknown };

/** Sends a call of a route (`GET /v1/events/{eventId}`). Throws `offline` if no whole answer comes. */
export const exchange = async (target: Target, key: string, call: Call): Promise<Received> => {
  const [method = "", template = ""] = key.split(" ");
  const sent = { method, ...(await contentOf(call)), signal: AbortSignal.timeout(target.timeoutMs) };
  try {
    const response = await target.fetch(target.baseUrl + pathOf(template, call), sent);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    // half an answer counts as no answer, so the request may be sent again
    const body = text && isJson ? JSON.parse(text) : text || undefined;
    return { status: response.status, headers: response.headers, body };
  } catch (cause) {
    throw offline(cause);
  }
};

/** The answer, or its refusal thrown. */
export const accepted = (received: Received): Received => {
  if (received.status >= 200 && received.status < 300) return received;
  throw refusal(received);
};

export const refusal = ({ status, headers, body }: Received): ApiProblem => {
  const document = typeof body === "object" && body !== null ? (body as ProblemDocument) : {};
  return new ApiProblem(document, status, Number(headers.get("retry-after")) || undefined);
};

const pathOf = (template: string, { params = {}, query = {} }: Call): string => {
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ""));
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
};

const contentOf = async ({ body, gzip, ...call }: Call): Promise<Pick<RequestInit, "headers" | "body">> => {
  const headers: Record<string, string> = {};
  if (call.token) headers.authorization = `Bearer ${call.token}`;
  if (call.idempotencyKey) headers["idempotency-key"] = call.idempotencyKey;
  if (call.admission) headers.admission = call.admission;
  if (body === undefined) return { headers };
  headers["content-type"] = "application/json";
  const json = JSON.stringify(body);
  if (!gzip) return { headers, body: json };
  // not JSON: API Gateway passes JSON on as text, which damages compressed bytes
  headers["content-type"] = "application/octet-stream";
  headers["content-encoding"] = "gzip";
  const packed = new Blob([json]).stream().pipeThrough(new CompressionStream("gzip"));
  return { headers, body: await new Response(packed).blob() };
};
