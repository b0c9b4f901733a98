/** The API according to its own document: which requests are allowed, and how an answer must look. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { document } from "#core/contract/openapi.ts";
import { type Route, type RouteKey, routes } from "#core/contract/routes.ts";

// biome-ignore lint/suspicious/noExplicitAny: a part of a JSON document
export type Json = any;

export type Operation = {
  key: RouteKey;
  route: Route;
  method: string;
  path: string;
  query: { name: string; required: boolean; schema: Json }[];
  /** The schema of the JSON body, if it takes one. */
  body: Json;
  /** Whether the document allows a body in a request. */
  takes: ValidateFunction | undefined;
  /** By status: whether the document allows a body in an answer; null if there is none or it is no JSON. */
  answers: Map<number, ValidateFunction | null>;
};

// formats are asserted, unlike in Ajv itself; OpenAPI's additions to JSON Schema are known keywords without effect
const make = (formats: boolean) => {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: formats });
  if (formats) addFormats.default(ajv);
  return ajv.addSchema({ ...(document() as Json), $id: "api" });
};

const whole = (schema: Json): Json => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));

const jsonOf = (content: Json): Json => content?.["application/json"] ?? content?.["application/problem+json"];

const resolve = (part: Json): Json =>
  part.$ref
    ? part.$ref
        .slice(2)
        .split("/")
        .reduce((at: Json, name: string) => at[name], document())
    : part;

/** A schema without its reference. */
export const followed = (schema: Json): Json => (schema?.$ref ? resolve(schema) : schema);

/** Every operation of the document. */
export const operations = (): Operation[] => {
  const answering = make(true);
  // the product may be stricter or less strict than a format's pattern for an address or a time, so only shapes are compared
  const asking = make(false);
  const { paths } = document() as Json;
  return Object.entries<Json>(paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([name, operation]) => {
      const method = name.toUpperCase();
      const key = `${method} ${path}` as RouteKey;
      const body = operation.requestBody?.content["application/json"].schema;
      const answers = Object.entries<Json>(operation.responses).map(([status, { content }]) => {
        const json = jsonOf(content);
        return [Number(status), json ? answering.compile(whole(json.schema)) : null] as const;
      });
      return {
        key,
        route: routes[key],
        method,
        path,
        query: (operation.parameters ?? []).map(resolve).filter((one: Json) => one.in === "query"),
        body,
        takes: body && asking.compile(whole(body)),
        answers: new Map(answers),
      };
    }),
  );
};
