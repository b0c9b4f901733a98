/** CSV as spreadsheets read it: RFC 4180, UTF-8 with a byte order mark, and no field that a spreadsheet takes for a formula. */
import { stringify } from "csv-stringify/sync";

/** A field; undefined is empty. */
export type Field = string | number | undefined;

/** The lines of these rows. A field that begins like a formula gets a `'` before it, which spreadsheets show as text. */
export const lines = (rows: Field[][]): string =>
  stringify(rows, { escape_formulas: true, record_delimiter: "windows" });

/** The first line of a file, after the mark that says to spreadsheets that it is UTF-8. */
export const header = (columns: string[]): string => `\uFEFF${lines([columns])}`;
