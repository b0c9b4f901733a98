/** The API as an OpenAPI 3.1 document. It is made from the route table and the schemas that validate requests, so it matches them. */
import * as z from "zod/mini";
import type * as Errors from "#core/lib/errors.ts";
import { pattern, prefixes } from "#core/lib/id-form.ts";
import { defaultPageSize } from "#core/lib/schemas.ts";
import { errorsOf } from "./route-errors.ts";
import { opensToDevices, type Route, routes } from "./routes.ts";

type Json = Record<string, unknown>;
type Direction = "input" | "output";

/** Options to write a schema: a format needs no regular expression, and the limits of safe integers are left out. */
const writing = (io: Direction) => ({
  io,
  unrepresentable: "any" as const,
  override: ({ jsonSchema }: { jsonSchema: Json }) => {
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
});

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const nameOf = (schema: z.core.$ZodType): string | undefined => z.globalRegistry.get(schema)?.id;
const plain = ({ $schema: _schema, $id: _id, ...schema }: Json): Json => schema;

const write = (schema: z.core.$ZodType, io: Direction): Json => {
  const name = nameOf(schema);
  return name ? ref(name) : plain(z.toJSONSchema(schema, writing(io)) as Json);
};

/** Every named schema: its input form if a request's body uses it, else its output form. */
const components = (): Json => {
  const all: Route[] = Object.values(routes);
  const sent = new Set(all.flatMap(({ body }) => (body ? [nameOf(body)] : [])));
  const uri = (name: string) => `#/components/schemas/${name}`;
  const [input, output] = (["input", "output"] as const).map(
    (io) => z.toJSONSchema(z.globalRegistry, { ...writing(io), uri }).schemas as Record<string, Json>,
  );
  const names = Object.keys(output ?? {}).sort();
  return Object.fromEntries(names.map((name) => [name, plain((sent.has(name) ? input : output)?.[name] ?? {})]));
};

const problem: Json = {
  type: "object",
  description: "RFC 9457. `code` is stable; further members depend on it.",
  required: ["type", "title", "status", "detail", "instance", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    code: { type: "string" },
    errors: {
      type: "array",
      description: "One entry for each fault of the request.",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};

const retryAfter = { "Retry-After": { description: "Seconds.", schema: { type: "integer" } } };

const problemAnswer = (status: number, errors: Errors.Definition[]): Json => ({
  description: errors.map(({ code, title }) => `\`${code}\`: ${title}`).join("\n\n"),
  ...([429, 503].includes(status) || errors.some(({ code }) => code === "queue.not_yet" || code === "order.cooldown")
    ? { headers: retryAfter }
    : {}),
  content: {
    "application/problem+json": {
      schema: { allOf: [ref("Problem"), { properties: { code: { enum: errors.map(({ code }) => code) } } }] },
    },
  },
});

const answer = (route: Route, status: string): Json => {
  const kind = route.answers[Number(status)];
  const description = status === "304" ? "The client's copy is still valid." : route.summary;
  if (kind === null || kind === undefined) return { description };
  const [type, schema] = typeof kind === "string" ? [kind, {}] : ["application/json", write(kind, "output")];
  const headers: Json = { "Cache-Control": { schema: { const: route.cache ?? "private, no-store" } } };
  for (const [name, says] of Object.entries(route.headers ?? {}))
    headers[name] = { description: says, schema: { type: "string" } };
  return { description, headers, content: { [type]: { schema } } };
};

const answers = (method: string, route: Route): Json => {
  const byStatus = Map.groupBy(errorsOf(method, route), ({ status }) => String(status));
  const failing = [...byStatus].map(([status, errors]) => [status, problemAnswer(Number(status), errors)]);
  return Object.fromEntries([
    ...Object.keys(route.answers).map((status) => [status, answer(route, status)]),
    ...failing.sort(([a], [b]) => Number(a) - Number(b)),
  ]);
};

const parameters = (path: string, route: Route): Json[] => {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const prefix = prefixes[name];
    const schema = { type: "string", ...(prefix && { pattern: pattern(prefix).source }) };
    return { name, in: "path", required: true, schema };
  });
  const query = route.query ? (z.toJSONSchema(route.query, writing("input")) as Json) : {};
  const required = (query.required ?? []) as string[];
  // a query contains text, but `limit` means a number
  const limit = { type: "integer", minimum: 1, maximum: 100, default: defaultPageSize };
  const inQuery = Object.entries((query.properties ?? {}) as Json).map(([name, schema]) => ({
    name,
    in: "query",
    ...(required.includes(name) && { required: true }),
    schema: name === "limit" ? limit : schema,
  }));
  const headers = [
    ...(route.idempotent ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ...(route.admission ? [{ $ref: "#/components/parameters/Admission" }] : []),
  ];
  return [...inPath, ...inQuery, ...headers];
};

/** One of them is enough. */
const security = (route: Route): Json[] => [
  ...(route.auth === "optional" ? [{}] : []),
  ...(route.auth === "public" ? [] : [{ bearer: [] }]),
  ...(opensToDevices(route) ? [{ device: [] }] : []),
];

const operation = (key: string, route: Route): Json => {
  const [method = "", path = ""] = key.split(" ");
  const words = path.split(/[/{}.-]+/).filter((word) => word !== "" && word !== "v1");
  const all = parameters(path, route);
  return {
    operationId: method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(""),
    tags: [route.service],
    summary: route.summary,
    security: security(route),
    ...(all.length > 0 && { parameters: all }),
    ...(route.body && {
      requestBody: {
        required: !z.safeParse(route.body, {}).success,
        content: { "application/json": { schema: write(route.body, "input") } },
      },
    }),
    responses: answers(method, route),
  };
};

const paths = (): Json => {
  const byPath = Map.groupBy(Object.entries(routes) as [string, Route][], ([key]) => key.split(" ")[1] ?? "");
  return Object.fromEntries(
    [...byPath].map(([path, all]) => [
      path,
      Object.fromEntries(all.map(([key, route]) => [key.split(" ")[0]?.toLowerCase(), operation(key, route)])),
    ]),
  );
};

const header = (name: string, description: string, schema: Json): Json => ({ name, in: "header", description, schema });

const make = (): Json => ({
  openapi: "3.1.1",
  info: { title: "Onsale", version: "1.0.0", description: "Tickets for events that sell out in seconds." },
  servers: [{ url: "/" }],
  paths: paths(),
  components: {
    schemas: { ...components(), Problem: problem },
    parameters: {
      IdempotencyKey: header(
        "Idempotency-Key",
        "The same key with the same request gives the same answer and has one effect. Without it each request gets a new key.",
        { type: "string", pattern: "^[!-~]{1,64}$" },
      ),
      Admission: header("Admission", "The token of a claimed admission, if the event has a queue.", {
        type: "string",
      }),
    },
    securitySchemes: {
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      device: {
        type: "http",
        scheme: "Device",
        description:
          "A device at an entrance signs each request with its key: a compact JWS (ES256) with `kid` `<eventId>.<deviceId>`, `htm` (method), `htu` (path), `iat` and `exp`. It is valid for 50 seconds at most.",
      },
    },
  },
});

let made: Json | undefined;

/** The document; made once. */
export const document = (): Json => {
  made ??= make();
  return made;
};
