import type { Words } from "../en/index.ts";
import { checkout } from "./checkout.ts";
import { event, events } from "./events.ts";
import { app, field, kind, nav, status } from "./frame.ts";
import { line } from "./line.ts";
import { map } from "./map.ts";
import { order } from "./order.ts";
import { problem } from "./problem.ts";
import { wallet } from "./wallet.ts";

export const ko: Words = {
  nav,
  app,
  kind,
  status,
  field,
  events,
  event,
  line,
  map,
  checkout,
  order,
  wallet,
  problem,
};
