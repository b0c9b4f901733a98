import "./base.css";
import "./order/returned.ts"; // before anything is asked, which would name the address
import { render } from "preact";
import * as Reads from "./api/reads.ts";
import { App, routes } from "./app.tsx";
import { speak } from "./i18n/index.ts";
import { queries } from "./query.ts";
import { match } from "./router.tsx";
import { showTheme } from "./ui/theme.ts";

// The page's script and its event are asked for beside the words, not after them.
const { pattern, params } = match(Object.keys(routes), location.pathname);
if (!pattern.startsWith("/desk") && pattern !== "/docs") routes[pattern]?.().catch(() => {}); // told when it is drawn
if (params.eventId) queries.prefetchQuery(Reads.event(params.eventId));

// A document that the browser kept whole, for the way back, shows a state long past: an order paid since, seats sold since.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

showTheme();
await speak();
const root = document.querySelector("#app");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
