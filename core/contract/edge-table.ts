/** The table of routes with which functions/edge/edge-function.js refuses requests, as pure data. */
import { Forbidden, NotFound, Unauthorized } from "#core/lib/errors.ts";
import { prefixes, ULID } from "#core/lib/id-form.ts";
import { missing, opensToDevices, type Route, routes } from "./routes.ts";

export type EdgeTable = {
  /** `ids`: regular expressions of ids with a fixed format, by name. `id`: that of all other ids. */
  ids: Record<string, string>;
  id: string;
  /**
   * `<method> <auth> <path> <code>…`: for each name in the path, the code that the edge answers if the value is not a possible id. They are
   * texts, because CloudFront takes a function of at most 10 KB with its table. `<auth>` is `device` if devices may call it besides organisers.
   */
  routes: string[];
  errors: Record<string, { status: number; title: string }>;
};

const ids: Record<string, string> = Object.fromEntries(
  Object.entries(prefixes).map(([name, prefix]) => [name, `${prefix}_${ULID}`]),
);
/** Only characters that a URL can write in one way. All our other names use only these. */
const id = "[A-Za-z0-9._~-]{1,200}";

const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

const all = Object.entries<Route>(routes).map(([key, route]) => {
  const [method = "", path = ""] = key.split(" ");
  return { method, path, route, absent: namesIn(path).map((name) => missing(route, name)) };
});

const errors = [NotFound, Unauthorized, Forbidden, ...all.flatMap(({ absent }) => absent)];

export const edgeTable: EdgeTable = {
  ids,
  id,
  routes: all.map(({ method, path, route, absent }) =>
    [method, opensToDevices(route) ? "device" : route.auth, path, ...absent.map(({ code }) => code)].join(" "),
  ),
  errors: Object.fromEntries(errors.map(({ code, status, title }) => [code, { status, title }])),
};

/** A path of the table as a regular expression of the spellings that the edge lets pass. WAF's rules use it too. */
export const spelling = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? id);
