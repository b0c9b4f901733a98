/** The OpenAPI document agrees with the API. */
import { beforeAll, expect, test } from "vitest";
import { opensToDevices, type Route, routes } from "#core/contract/routes.ts";
import * as Harness from "#tests/support/harness.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document of JSON
type Json = any;
let stage: Harness.Stage;
let document: Json;
beforeAll(async () => {
  stage = await Harness.stage();
  const { status, body, headers } = await stage.call("GET /v1/openapi.json");
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("application/json");
  expect(headers["cache-control"]).toBe("public, max-age=5");
  document = body;
});

const all = Object.entries(routes) as [string, Route][];
const operationOf = (key: string): Json => {
  const [method = "", path = ""] = key.split(" ");
  return document.paths[path]?.[method.toLowerCase()];
};
const parametersOf = (key: string): Json[] =>
  (operationOf(key).parameters ?? []).map((one: Json) => (one.$ref ? follow(one.$ref) : one));
const follow = (ref: string): Json =>
  ref
    .slice(2)
    .split("/")
    .reduce((at, name) => at?.[name], document);

test("it is an OpenAPI 3.1 document with exactly the routes of the table, as they are spelled", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual(all.map(([key]) => key).sort());
  const names = all.map(([key]) => operationOf(key).operationId);
  expect(new Set(names).size).toBe(names.length);
});

test("every reference has its component, and every component is referenced", () => {
  const refs = new Set([...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = ""]) => ref));
  expect(refs.size).toBeGreaterThan(20);
  for (const ref of refs) expect(follow(ref), ref).toBeDefined();
  for (const name of Object.keys(document.components.schemas)) expect(refs).toContain(`#/components/schemas/${name}`);
});

test.each(all)("%s: who may call it, its request, its answers, its errors", (key, route) => {
  const operation = operationOf(key);
  const bearer = { bearer: [] };
  const security = { public: [], optional: [{}, bearer], user: [bearer], admin: [bearer] };
  const device = opensToDevices(route) ? [{ device: [] }] : [];
  expect(operation.security).toEqual([...security[route.auth], ...device]);
  expect(operation.requestBody !== undefined).toBe(route.body !== undefined);
  const parameters = parametersOf(key).map(({ name }) => name);
  for (const [, name] of key.matchAll(/\{(\w+)\}/g)) expect(parameters).toContain(name);
  expect(parameters.includes("Idempotency-Key")).toBe(route.idempotent === true);
  expect(parameters.includes("Admission")).toBe(route.admission === true);
  for (const status of Object.keys(route.answers)) expect(operation.responses).toHaveProperty(status);
  for (const { code, status } of route.errors ?? []) {
    const [, codes] = operation.responses[status].content["application/problem+json"].schema.allOf;
    expect(codes.properties.code.enum).toContain(code);
  }
});

test("a field with a default is optional in a request, and always present in an answer", () => {
  const { NewEvent, Event } = document.components.schemas;
  expect(NewEvent.required).not.toContain("currency");
  expect(NewEvent.properties.currency.default).toBe("KRW");
  expect(Event.required).toContain("currency");
});

test("it is readable: no schema has a regular expression where a format is enough", () => {
  expect(JSON.stringify(document)).not.toContain("02-29");
});
