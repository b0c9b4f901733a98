/** What is stored about a user: to take along, and to erase. */
export { begin as erase } from "./erase.ts";
export { page as exportPage } from "./export.ts";
export { open as openRetained } from "./retained.ts";
export * from "./schema.ts";
