import type { EdgeTable } from "#core/contract/edge-table.ts";

export function refusal(
  table: EdgeTable,
  request: { method: string; uri: string; authorization: string | undefined },
  key: string,
  now: number,
): string | null;

export function problem(
  table: EdgeTable,
  code: string,
  requestId: string,
): { type: string; title: string; status: number; detail: string; instance: string; code: string };
