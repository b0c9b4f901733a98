/** The parts of OpenAPI 3.1 that the reference shows. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  additionalProperties?: Schema | boolean;
};

type Content = Record<string, { schema?: Schema }>;
export type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };
export type Answer = { description?: string; content?: Content; $ref?: string };
export type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: (Parameter & { $ref?: string })[];
  requestBody?: { content: Content };
  responses: Record<string, Answer>;
};
export type Document = {
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components?: {
    schemas?: Record<string, Schema>;
    parameters?: Record<string, Parameter>;
    responses?: Record<string, Answer>;
  };
};

export const nameOf = (ref: string): string => ref.split("/").at(-1) ?? ref;

/** Resolves a reference within the document. */
export const resolve = <T extends { $ref?: string }>(document: Document, part: T): T => {
  if (!part.$ref?.startsWith("#/")) return part;
  const found = part.$ref
    .slice(2)
    .split("/")
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
  return (found as T | undefined) ?? part;
};

/** The type in a word or two. */
export const typeOf = (schema: Schema): string => {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return parts.map(typeOf).join(" | ");
  if (schema.type === "array") return `${schema.items ? typeOf(schema.items) : "any"}[]`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object" && !schema.properties)
    return `{ [name]: ${typeOf(schema.additionalProperties)} }`;
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : (schema.type ?? "any");
  return schema.format ? `${type} (${schema.format})` : type;
};

/** Its bounds, in words of the format. */
export const boundsOf = (schema: Schema): string =>
  (["minimum", "exclusiveMinimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "default"] as const)
    .flatMap((name) => (schema[name] === undefined ? [] : [`${name} ${JSON.stringify(schema[name])}`]))
    .join(", ");

/** A command line that calls the operation. */
export const curl = (method: string, path: string, operation: Operation): string => {
  const lines = [`curl -X ${method.toUpperCase()} '${location.origin}${path}'`];
  if (operation.security?.length) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  if (operation.requestBody) lines.push(`-H 'Content-Type: application/json'`, `-d '{ … }'`);
  return lines.join(" \\\n  ");
};
