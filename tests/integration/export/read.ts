/** Reads an export as a spreadsheet does. */
import { parse } from "csv-parse/sync";
import { expect } from "vitest";
import type { Stage } from "#tests/support/harness.ts";

export const BOM = "\uFEFF";

type Asked = { eventId: string; kind: string; token: string };

export const ask = (stage: Stage, { eventId, kind, token }: Asked, cursor?: string) =>
  stage.call("GET /v1/admin/events/{eventId}/exports/{kind}", {
    token,
    params: { eventId, kind },
    query: cursor === undefined ? {} : { cursor },
  });

/** The text of each page. */
export const pages = async (stage: Stage, asked: Asked): Promise<string[]> => {
  const texts: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { status, raw, headers } = await ask(stage, asked, cursor);
    expect([status, raw.toString().slice(0, 200)]).toEqual([200, expect.anything()]);
    texts.push(raw.toString());
    cursor = headers["onsale-next"];
    if (cursor === undefined) return texts;
  }
};

export type Row = Record<string, string>;

/** The lines of a file by its header line. Every line must have as many fields as that. */
export const rowsOf = (text: string): Row[] => parse(text, { bom: true, columns: true });
