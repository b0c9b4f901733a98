/** The table of routes with which functions/edge/edge-function.js refuses requests, as pure data. */
import { Forbidden, NotFound, Unauthorized } from "#core/lib/errors.ts";
import { ULID } from "#core/lib/ids.ts";
import { missing, type Route, routes } from "./routes.ts";

export type EdgeTable = {
  /** `ids`: regular expressions of ids with a fixed format, by name. `id`: that of all other ids. */
  ids: Record<string, string>;
  id: string;
  /** `missing`: for each of `names`, the code of the answer if the value names nothing. */
  routes: { method: string; path: string; auth: Route["auth"]; names: string[]; missing: string[] }[];
  errors: Record<string, { status: number; title: string }>;
};

const ids: Record<string, string> = { eventId: `evt_${ULID}`, orderId: `ord_${ULID}` };
/** Only characters that a URL can write in one way. All our other names use only these. */
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

/** A path of the table as a regular expression of the spellings that the edge lets pass. WAF's rules use it too. */
export const spelling = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? id);
