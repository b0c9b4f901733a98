/** A router on the History API: a table of patterns, one chunk for each page, with focus and scroll handled. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export type PageProps = { params: Record<string, string>; query: URLSearchParams };
type Page = ComponentType<PageProps>;
export type RouteTable = Record<string, () => Promise<{ default: Page }>>;

const CHANGE = "onsale:navigate";

/** The checkout is a separate document: only its content security policy allows the gateway's script. */
export const isDocument = (path: string): boolean => /^\/(orders\/[^/]+\/pay|wallet\/charge(\/[^/]+)?)\/?$/.test(path);

/** Goes to a path of this site. `replace` leaves no history entry. The checkout's document is entered and left by a page load. */
export const go = (to: string, { replace = false } = {}): void => {
  const { pathname } = new URL(to, location.href);
  if (pathname !== location.pathname && (isDocument(pathname) || isDocument(location.pathname))) {
    location[replace ? "replace" : "assign"](to);
    return;
  }
  if (!replace) history.replaceState({ ...history.state, top: scrollY }, "");
  history[replace ? "replaceState" : "pushState"]({}, "", to);
  dispatchEvent(new Event(CHANGE));
};

export const Link = ({ href, ...rest }: JSX.IntrinsicElements["a"] & { href: string }) => (
  <a
    {...rest}
    href={href}
    onClick={(event) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || rest.target) return;
      event.preventDefault();
      go(href);
    }}
  />
);

/** The present path; renders again when it changes. */
export const useLocation = () => {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    addEventListener("popstate", again);
    addEventListener(CHANGE, again);
    return () => {
      removeEventListener("popstate", again);
      removeEventListener(CHANGE, again);
    };
  }, []);
  return { path: location.pathname, search: location.search };
};

/** The first pattern that fits a path, with its parameters. `*` fits everything. */
export const match = (patterns: string[], path: string): { pattern: string; params: Record<string, string> } => {
  const parts = path.replace(/\/+$/, "").split("/");
  for (const pattern of patterns) {
    const wanted = pattern.replace(/\/+$/, "").split("/");
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((want, at) => {
      const part = parts[at] ?? "";
      if (!want.startsWith(":")) return want === part;
      params[want.slice(1)] = decode(part);
      return part !== "";
    });
    if (fits) return { pattern, params };
  }
  return { pattern: "*", params: {} };
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** Reloads the site once if a page cannot be loaded: a new release may have replaced its files. */
const reloaded = (): boolean => {
  const name = "onsale:reloaded";
  if (!navigator.onLine || Date.now() - Number(sessionStorage.getItem(name) ?? 0) < 30_000) return false;
  sessionStorage.setItem(name, String(Date.now()));
  location.reload();
  return true;
};

type Shown = { key: string; Page: Page; props: PageProps };

/** Draws the page of the present path. The last page stays until the next one is loaded. */
export const Router = ({
  routes,
  waiting,
  failed,
}: {
  routes: RouteTable;
  waiting: JSX.Element;
  failed: JSX.Element;
}) => {
  const { path, search } = useLocation();
  const [shown, show] = useState<Shown>();
  const [broken, setBroken] = useState(false);
  const first = useRef(true);
  const { pattern, params } = match(Object.keys(routes), path);
  const key = `${pattern} ${JSON.stringify(params)}`;

  useEffect(() => {
    let stale = false;
    setBroken(false);
    const load = routes[pattern] ?? routes["*"];
    load?.().then(
      ({ default: Page }) => !stale && show({ key, Page, props: { params, query: new URLSearchParams(search) } }),
      () => !stale && !reloaded() && setBroken(true),
    );
    return () => {
      stale = true;
    };
  }, [key, search]);

  useLayoutEffect(() => {
    if (!shown) return;
    scrollTo(0, history.state?.top ?? 0);
    if (!first.current) document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    first.current = false;
  }, [shown?.key]);

  if (broken) return failed;
  return shown ? <shown.Page key={shown.key} {...shown.props} /> : waiting;
};
