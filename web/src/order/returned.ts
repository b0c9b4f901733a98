/** The buyer comes back from their bank or the gateway's window by a redirect. What it wrote into the address, secrets among it, is taken out first. */
import { isDocument } from "../router.tsx";
import { attemptOf, type Came, judge, keep } from "./attempt.ts";

const { pathname, search } = location;
export const returned = search !== "" && isDocument(pathname);
if (returned) history.replaceState(history.state, "", pathname);

const takeIn = (): Came | undefined => {
  const of = pathname.split("/")[2] ?? "";
  const query = new URLSearchParams(search);
  const attempt = attemptOf(of, query.get("orderId"));
  const { token, came } = judge(query, attempt);
  if (token && attempt) keep(of, { ...attempt, token });
  return came;
};

/** Why the window gave no payment that can be sent; undefined where it gave one, or there was no window. */
export const came = returned ? takeIn() : undefined;
