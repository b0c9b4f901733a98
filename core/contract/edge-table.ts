/** What the edge has to know of the routes to refuse a request by itself: the table of functions/edge/edge-function.js, as pure data. */
import { Forbidden, NotFound, Unauthorized } from "#core/lib/errors.ts";
import { ULID } from "#core/lib/ids.ts";
import { missing, type Route, routes } from "./routes.ts";

export type EdgeTable = {
  /** Regular expressions of the ids whose spelling is fixed, and of any other. */
  ids: Record<string, string>;
  id: string;
  /** `missing` has the code for each name that names nothing. */
  routes: { method: string; path: string; auth: Route["auth"]; names: string[]; missing: string[] }[];
  errors: Record<string, { status: number; title: string }>;
};

const ids: Record<string, string> = { eventId: `evt_${ULID}`, orderId: `ord_${ULID}` };
/** None of our other names has a character that a URL would write in a second way. */
const id = "[A-Za-z0-9._~-]{1,200}";

const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

const all = Object.entries<Route>(routes).map(([key, route]) => {
  const [method = "", path = ""] = key.split(" ");
  const names = namesIn(path);
  return { method, path, route, names, absent: names.map((name) => missing(route, name)) };
});

const errors = [NotFound, Unauthorized, Forbidden, ...all.flatMap(({ absent }) => absent)];

export const edgeTable: EdgeTable = {
  ids,
  id,
  routes: all.map(({ method, path, route: { auth }, names, absent }) => ({
    method,
    path,
    auth,
    names,
    missing: absent.map(({ code }) => code),
  })),
  errors: Object.fromEntries(errors.map(({ code, status, title }) => [code, { status, title }])),
};

/** A path of the table as a regular expression of the spellings that the edge lets pass; WAF reads it, too. */
export const spelling = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? id);
