import "./base.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { speak } from "./i18n/index.ts";
import { showTheme } from "./ui/theme.ts";

showTheme();
await speak();
const root = document.querySelector("#app");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
