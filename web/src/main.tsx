import "./base.css";
import "./order/returned.ts"; // first: it removes secrets from the address before any request sends it as referrer
import { render } from "preact";
import * as Reads from "./api/reads.ts";
import { App, hasOwnWords, routes } from "./app.tsx";
import { speak } from "./i18n/index.ts";
import { queries } from "./query.ts";
import { match } from "./router.tsx";
import { showTheme } from "./ui/theme.ts";

// The page's script and its event are requested together with the texts, not after them.
const { pattern, params } = match(Object.keys(routes), location.pathname);
if (!hasOwnWords(pattern)) routes[pattern]?.().catch(() => {}); // a failure is shown when the page is drawn
if (params.eventId) queries.prefetchQuery(Reads.event(params.eventId));

// A page from the browser's back-forward cache shows an old state, such as an unpaid order, so it is loaded again.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

showTheme();
await speak();
const root = document.querySelector("#app");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
