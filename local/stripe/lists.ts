/** Lists by page, search by query, and fields that are expanded, as Stripe answers them. */

import { invalid } from "./refusal.ts";
import type { Payment } from "./store.ts";
import { latest } from "./world.ts";

export type Page = { limit?: number; starting_after?: string; ending_before?: string };

/** `all` has the newest first. */
export const page = <T extends { id: string }>(
  all: T[],
  url: string,
  { limit = 10, starting_after, ending_before }: Page,
) => {
  if (limit < 1 || limit > 100) throw invalid("A limit is 1 to 100.", { param: "limit" });
  const cursor = (id: string | undefined, param: string) => {
    const at = all.findIndex((one) => one.id === id);
    if (id !== undefined && at < 0) throw invalid(`No such object: '${id}'`, { code: "resource_missing", param });
    return at;
  };
  const after = cursor(starting_after, "starting_after");
  const before = cursor(ending_before, "ending_before");
  const rest = before < 0 ? all.slice(after + 1) : all.slice(0, before);
  const data = before < 0 ? rest.slice(0, limit) : rest.slice(-limit);
  return { object: "list", data, has_more: rest.length > data.length, url };
};

const term = /^(?:metadata\["([^"]+)"\]|metadata\['([^']+)'\]|(status|currency)):(?:"([^"]*)"|'([^']*)')$/;

/** Equality of metadata, status and currency, joined by AND; anything else of Stripe's query language is refused. */
export const search = (
  all: Payment[],
  query: string,
  { limit = 10, page: from = "0" }: { limit?: number; page?: string },
) => {
  const terms = query.split(/\s+AND\s+/i).map((text) => {
    const [, double, single, field, ...value] = term.exec(text.trim()) ?? raiseQuery(text);
    return { field, key: double ?? single ?? "", value: value.find((one) => one !== undefined) ?? "" };
  });
  const found = all
    .map(({ intent }) => intent)
    .filter((intent) =>
      terms.every(({ field, key, value }) => (field ? intent[field as "status"] : intent.metadata[key]) === value),
    )
    .toReversed();
  const start = Number(from);
  const has_more = found.length > start + limit;
  return {
    object: "search_result",
    data: found.slice(start, start + limit),
    has_more,
    next_page: has_more ? String(start + limit) : null,
    url: "/v1/payment_intents/search",
  };
};

const raiseQuery = (text: string): never => {
  throw invalid(`The emulator cannot search by: ${text}`, { param: "query" });
};

/** The PaymentIntent with `latest_charge` in full, if asked. */
export const expanded = (payment: Payment, expand: string[] = []) => {
  const unknown = expand.find((path) => path !== "latest_charge");
  if (unknown) throw invalid(`The emulator cannot expand ${unknown}.`, { param: "expand" });
  const { intent } = payment;
  return expand.length ? { ...intent, latest_charge: latest(payment) ?? null } : intent;
};
