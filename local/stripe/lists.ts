/** Lists, search by reference, and fields that are expanded, as Stripe answers them. */
import { invalid } from "./refusal.ts";
import type { Payment } from "./store.ts";
import { latest } from "./world.ts";

/** `all` has the newest first. */
export const page = <T>(all: T[], url: string, limit = 10) => {
  if (limit < 1 || limit > 100) throw invalid("A limit is 1 to 100.", { param: "limit" });
  return { object: "list", data: all.slice(0, limit), has_more: all.length > limit, url };
};

/** By one value of the metadata; anything else of Stripe's query language is refused. */
export const search = (all: Payment[], query: string) => {
  const [, key = "", value] = /^metadata\['(\w+)'\]:'([^']*)'$/.exec(query) ?? [];
  if (value === undefined) throw invalid(`The emulator cannot search by: ${query}`, { param: "query" });
  const data = all.map(({ intent }) => intent).filter(({ metadata }) => metadata[key] === value);
  return { object: "search_result", data, has_more: false, next_page: null, url: "/v1/payment_intents/search" };
};

/** The PaymentIntent with `latest_charge` in full, if asked. */
export const expanded = (payment: Payment, expand: string[] = []) => {
  const unknown = expand.find((path) => path !== "latest_charge");
  if (unknown) throw invalid(`The emulator cannot expand ${unknown}.`, { param: "expand" });
  const { intent } = payment;
  return expand.length ? { ...intent, latest_charge: latest(payment) ?? null } : intent;
};
