/** API Gateway's choice of a route: a literal segment wins over a parameter. Compiled once into a tree of segments. */
import { type Route, routes } from "#core/contract/routes.ts";

export type Match = {
  /** `METHOD /path/{param}`, or `$default`. */
  routeKey: string;
  route: Route | undefined;
  params: Record<string, string> | undefined;
};

type Node = {
  literals: Map<string, Node>;
  param: Node | undefined;
  routes: Map<string, { key: string; names: string[] }>;
};

const node = (): Node => ({ literals: new Map(), param: undefined, routes: new Map() });

const grow = (): Node => {
  const root = node();
  for (const key of Object.keys(routes)) {
    const [method = "", path = ""] = key.split(" ");
    const names: string[] = [];
    let at = root;
    for (const segment of path.slice(1).split("/")) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name) {
        names.push(name);
        at.param ??= node();
        at = at.param;
      } else {
        const next = at.literals.get(segment) ?? node();
        at.literals.set(segment, next);
        at = next;
      }
    }
    at.routes.set(method, { key, names });
  }
  return root;
};

const tree = grow();
const nowhere: Match = { routeKey: "$default", route: undefined, params: undefined };

/** The route of a method and an undecoded path, with decoded parameters. A path that cannot be decoded matches no route. */
export const match = (method: string, path: string): Match => {
  const segments = path.slice(1).split("/");
  const found = descend(tree, segments, 0, method, []);
  if (!found) return nowhere;
  const { key, names, values } = found;
  const route: Route = routes[key as keyof typeof routes];
  if (names.length === 0) return { routeKey: key, route, params: undefined };
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = decoded(values[index] ?? "");
    if (value === undefined) return nowhere;
    params[name] = value;
  }
  return { routeKey: key, route, params };
};

const descend = (
  at: Node,
  segments: string[],
  depth: number,
  method: string,
  values: string[],
): { key: string; names: string[]; values: string[] } | undefined => {
  if (depth === segments.length) {
    const end = at.routes.get(method);
    return end && { ...end, values };
  }
  const segment = segments[depth] ?? "";
  const literal = at.literals.get(segment);
  const found = literal && descend(literal, segments, depth + 1, method, values);
  if (found || !at.param || segment === "") return found;
  return descend(at.param, segments, depth + 1, method, [...values, segment]);
};

/** Decodes percent-encoding; undefined if it is invalid. */
export const decoded = (text: string): string | undefined => {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};
