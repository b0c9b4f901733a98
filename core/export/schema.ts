import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { lazy, paging } from "#core/lib/schemas.ts";

export const kinds = ["orders", "tickets", "payments", "check-ins"] as const;
export type Kind = (typeof kinds)[number];
export const isKind = (kind: string): kind is Kind => (kinds as readonly string[]).includes(kind);

export const ExportQuery = lazy(() => z.object({ cursor: paging.cursor }));

export const ExportNotFound = define(
  "export.not_found",
  404,
  `There is no such export. There are these: ${kinds.join(", ")}.`,
);
