/** What is stored about a user. */
import * as Privacy from "#core/privacy/schema.ts";
import { expensive, type Route } from "./route.ts";

export const privacy = {
  "GET /v1/me/export": {
    service: "privacy",
    auth: "user",
    session: "recent",
    summary: "Everything that is stored about me, in pages",
    query: Privacy.ExportQuery,
    answers: { 200: Privacy.Export },
    throttle: expensive,
  },
  "DELETE /v1/me": {
    service: "privacy",
    auth: "user",
    session: "recent",
    summary:
      "Erase my account. It is closed at once; its data is erased within an hour, except what the law makes us keep",
    body: Privacy.Erasure,
    answers: { 202: null },
    errors: [Privacy.OrdersOpen, Privacy.BalanceLeft, Privacy.OwnsOrganisation],
    throttle: expensive,
  },
} as const satisfies Record<string, Route>;
