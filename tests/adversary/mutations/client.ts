/** Breakages of the client of the API and its buyer: sessions, lost answers, waiting. */
import type { Mutation } from "./mutation.ts";

const client = "tests/unit/client.test.ts";
const buyer = "tests/integration/client/buyer.test.ts";

export const clients: Mutation[] = [
  {
    promise: "calls at once refresh a session once",
    file: "client/session.ts",
    text: "const next = last.then(work);",
    becomes: "const next = work();",
    tests: client,
    name: "refresh it once",
  },
  {
    promise: "a session is refreshed again by the same token after a lost answer",
    file: "client/session.ts",
    text: "if (pauseMs === undefined) throw",
    becomes: "throw",
    tests: "tests/unit/web/session.test.ts",
    name: "asked for again with the same token",
  },
  {
    promise: "a session ends only if the server says so",
    file: "client/session.ts",
    text: "if (received?.status === 401) return refusal(received);",
    becomes: "if (received) return refusal(received);",
    tests: "tests/unit/web/session.test.ts",
    name: "the session is kept",
  },
  {
    promise: "a call is sent again once its token was refreshed",
    file: "client/client.ts",
    text: "return second ? ask(key, { ...call, token: second }) : received;",
    becomes: "return second ? received : received;",
    tests: client,
    name: "the call sent again once",
  },
  {
    promise: "an incomplete answer counts as no answer",
    file: "client/http.ts",
    text: "throw offline(cause);",
    becomes: "throw cause;",
    tests: client,
    name: "no answer, a late one and an incomplete one",
  },
  {
    promise: "a request without an answer ends",
    file: "client/http.ts",
    text: "AbortSignal.timeout(target.timeoutMs)",
    becomes: "AbortSignal.timeout(target.timeoutMs * 1_000)",
    tests: client,
    name: "a late one",
  },
  {
    promise: "a write is sent again with its own key, so a lost answer is one order",
    file: "client/buyer.ts",
    text: "const idempotencyKey = freshKey();\n  return untilAnswered(() => api.call",
    becomes: "return untilAnswered((idempotencyKey = freshKey()) => api.call",
    tests: buyer,
    name: "a hold repeated after a lost answer is one",
  },
  {
    promise: "a refusal is not asked for again",
    file: "client/pause.ts",
    text: "if (!passing(error) || tries >= retries) throw error;",
    becomes: "if (tries >= retries) throw error;",
    tests: client,
    name: "a call without an answer is repeated,",
  },
  {
    promise: "an order's outcome is that of the payment which was sent",
    file: "client/buyer.ts",
    text: "if (isOurs && (!isOpen || now.payment?.action)) return now;",
    becomes: "if (!isOpen || now.payment?.action) return now;",
    tests: buyer,
    name: "holds, pays",
  },
];
