/** The buyer returns from the bank or the gateway's window by a redirect. Its parameters, which include secrets, are first removed from the address. */
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

/** Why the window returned no payment; undefined if it returned one or there was no window. */
export const came = returned ? takeIn() : undefined;
