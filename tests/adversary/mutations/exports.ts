/** Breakages of exports. */
import type { Mutation } from "./mutation.ts";

export const exports: Mutation[] = [
  {
    promise: "no field of an export is a formula",
    file: "core/export/csv.ts",
    text: "escape_formulas: true",
    becomes: "escape_formulas: false",
    tests: "tests/integration/export/adds-up.test.ts",
    name: "names are read back",
  },
  {
    promise: "the pages of an export are one file with one header",
    file: "core/export/index.ts",
    text: "cursor === undefined ? [Csv.header(columns)] : []",
    becomes: "[Csv.header(columns)]",
    tests: "tests/integration/export/pages.test.ts",
    name: "an order that ends between two pages",
  },
  {
    promise: "an export of payments has the refunds",
    file: "core/export/rows.ts",
    text: 'if (order.status === "confirmed") return [paid];',
    becomes: "if (order.orderId) return [paid];",
    tests: "tests/integration/export/adds-up.test.ts",
    name: "all four kinds add up",
  },
  {
    promise: "nobody reads an export that is not in the event's log",
    file: "core/export/index.ts",
    text: 'if (entry?.action !== "export.read" ||',
    becomes: 'if (entry === undefined) return position;\n  if (entry.action !== "export.read" ||',
    tests: "tests/integration/export/pages.test.ts",
    name: "the first page of each export is in the event's log",
  },
];
