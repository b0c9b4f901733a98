/** Work on all orders of an event: they are ended if it is cancelled, and their buyers are mailed if it changes. A worker does it page by page (work.ts). */
export { announce } from "./announce.ts";
export { cancel } from "./cancel.ts";
export { progress } from "./progress.ts";
export * from "./schema.ts";
