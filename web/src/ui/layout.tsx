/** The frame of every page: the bar, the offline notice, the footer. */
import type { ComponentChildren } from "preact";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import * as Session from "../api/session.ts";
import { choose, language, w } from "../i18n/index.ts";
import { queries, useQuery } from "../query.ts";
import { go, Link, useLocation } from "../router.tsx";
import css from "./layout.module.css";
import menu from "./menu.module.css";
import { chosenTheme, setTheme, themes } from "./theme.ts";

/** Renders again when somebody signs in or out, in this tab or another. */
export const useUser = (): string | undefined => {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => Session.subscribe(() => again(0)), []);
  return Session.userId();
};

const signOut = async () => {
  await api.call("DELETE /v1/sessions").catch(() => {}); // signing out works without a network too: the tokens are dropped here
  Session.session.forget();
  queries.clear();
  go("/");
};

const Theme = () => {
  const [theme, set] = useState(chosenTheme);
  return (
    <fieldset class={menu.theme}>
      <legend>{w.nav.theme}</legend>
      <div>
        {themes.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="theme"
              checked={theme === name}
              onChange={() => {
                setTheme(name);
                set(name);
              }}
            />
            {w.nav.themes[name]}
          </label>
        ))}
      </div>
    </fieldset>
  );
};

const Menu = () => {
  const user = useUser();
  const me = useQuery({ ...Reads.me(), enabled: user !== undefined });
  const ref = useRef<HTMLDetailsElement>(null);
  const { path, search } = useLocation();
  const close = () => ref.current?.removeAttribute("open");
  useEffect(close, [path]);
  useEffect(() => {
    const outside = (event: Event) => !ref.current?.contains(event.target as Node) && close();
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, []);
  const admin = user !== undefined && me.data?.roles.includes("admin");
  return (
    <details
      class={menu.menu}
      ref={ref}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        ref.current?.querySelector("summary")?.focus();
      }}
    >
      <summary>
        <span>{user ? (me.data?.name ?? w.nav.account) : w.nav.menu}</span>
        {user && <span class="hidden">, {w.nav.menu}</span>}
      </summary>
      <div class={menu.sheet}>
        {user ? (
          <>
            <Link href="/orders">{w.nav.orders}</Link>
            <Link href="/wallet">{w.nav.wallet}</Link>
            <Link href="/account">{w.nav.account}</Link>
            {admin && <Link href="/desk">{w.nav.desk}</Link>}
          </>
        ) : (
          <Link href={`/sign-in?to=${encodeURIComponent(path + search)}`}>{w.nav.signIn}</Link>
        )}
        <hr />
        <button
          type="button"
          lang={language === "en" ? "ko" : "en"}
          onClick={() => choose(language === "en" ? "ko" : "en").then(rerender)}
        >
          {w.nav.language}
        </button>
        <Theme />
        {user && (
          <>
            <hr />
            <button type="button" onClick={signOut}>
              {w.nav.signOut}
            </button>
          </>
        )}
      </div>
    </details>
  );
};

/** Draws everything again in the chosen language. */
let rerender = () => {};
export const useLanguage = (): string => {
  const [spoken, set] = useState<string>(language);
  rerender = () => set(language);
  return spoken;
};

const Net = () => {
  const [online, set] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => set(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return <div role="status">{!online && <div class={css.net}>{w.app.offline}</div>}</div>;
};

export const Layout = ({ children }: { children: ComponentChildren }) => {
  const user = useUser();
  const { path, search } = useLocation();
  const current = (prefix: string) => (path === prefix || path.startsWith(`${prefix}/`) ? "page" : undefined);
  return (
    <>
      <a class={css.skip} href="#main">
        {w.nav.skip}
      </a>
      <header class={css.header}>
        <Link href="/" class={css.brand}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path
              fill="currentColor"
              d="M3 8a2 2 0 0 1 2-2h22a2 2 0 0 1 2 2v4.500a3.500 3.500 0 0 0 0 7V24a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4.500a3.500 3.500 0 0 0 0-7z"
            />
          </svg>
          Onsale
        </Link>
        <nav class={css.nav} aria-label={w.nav.main}>
          <Link href="/" aria-current={path === "/" || current("/events") ? "page" : undefined}>
            {w.nav.events}
          </Link>
          <Link href="/orders" aria-current={current("/orders")}>
            {w.nav.orders}
          </Link>
        </nav>
        <div class={css.end}>
          {!user && path !== "/sign-in" && (
            <nav class={css.nav} aria-label={w.nav.account}>
              <Link href={`/sign-in?to=${encodeURIComponent(path + search)}`}>{w.nav.signIn}</Link>
            </nav>
          )}
          <Menu />
        </div>
      </header>
      <Net />
      <main id="main" class={css.main} tabIndex={-1}>
        {children}
      </main>
      <footer class={css.foot}>
        <span>{w.nav.foot}</span>
        <Link href="/docs">{w.nav.api}</Link>
      </footer>
    </>
  );
};
