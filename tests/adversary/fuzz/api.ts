/** The API as its own document tells it: what can be asked, and what an answer must look like. */
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
  /** Whether a body is what the document says may be sent. */
  takes: ValidateFunction | undefined;
  /** By status: whether a body is what the document says is answered; null where there is none or it is no JSON. */
  answers: Map<number, ValidateFunction | null>;
};

// unlike Ajv's own, formats are asserted; what OpenAPI adds to JSON Schema is known to be no constraint
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
  // an address or a time may be told apart more strictly by the product than by a format's pattern, or less: shapes are compared
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
