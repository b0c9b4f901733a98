/** Breakages of the work on all orders of an event: a cancellation, and the e-mails about a change. */
import type { Mutation } from "./mutation.ts";

const cancel = "tests/integration/fanout/cancel.test.ts";
const changed = "tests/integration/fanout/changed.test.ts";
const page = "core/fanout/cancel-page.ts";

export const fanout: Mutation[] = [
  {
    promise: "a page is deleted only after its successor was sent",
    file: page,
    text: "if (next) await post({ ...message, after: next, left, ended }, delay);",
    becomes: "if (next) await post({ ...message, after: next, left, ended }, delay).catch(() => {});",
    tests: "tests/integration/fanout/cancel.test.ts",
    name: "a page whose successor cannot be sent",
  },
  {
    promise: "orders with used tickets are refunded too when their event is cancelled",
    file: "core/payment/refund.ts",
    text: "{ forced: { by, at: now }, eventCancelled: true }",
    becomes: "{ eventCancelled: true }",
    tests: cancel,
    name: "every kind of order ends",
  },
  {
    promise: "a buyer is mailed once about a change",
    file: "core/fanout/inform.ts",
    text: "entries.filter(({ logId }) => logId > informed)",
    becomes: "entries.filter(({ logId }) => logId > informed || true)",
    tests: changed,
    name: "each message delivered twice, and late, mails each buyer once",
  },
  {
    promise: "a second pass finds the holds that came after the first",
    file: page,
    text: "const finished = !left && !ended && pass > 0;",
    becomes: "const finished = !left && !ended;",
    tests: cancel,
    name: "a hold whose transaction comes after the first pass",
  },
  {
    promise: "a change is mailed only if it was written",
    file: "core/fanout/changed-page.ts",
    text: "if (!event || !entry) return unwritten(message, now);",
    becomes: 'if (!event || !entry) return { outcome: "dropped" };',
    tests: changed,
    name: "a change that is not written yet is waited for",
  },
  {
    promise: "a page comes again if SES takes no e-mail now",
    file: "core/fanout/changed-page.ts",
    text: 'if (outcomes.includes("later")) return { outcome: "later", again: true };',
    becomes: "",
    tests: changed,
    name: "that is limited has the page come again",
  },
  {
    promise: "messages that came twice become one chain",
    file: page,
    text: 'if (cancelled.finished || (cancelled.pass ?? 0) > message.pass) return { outcome: "passed" };',
    becomes: "",
    tests: cancel,
    name: "a chain whose messages all come twice stays one chain",
  },
  {
    promise: "a ticket of a cancelled event is refused at the entrance",
    file: "core/ticket/check-in.ts",
    text: "if (event?.cancelled) throw Catalog.EventCancelled();",
    becomes: "",
    tests: cancel,
    name: "tickets are refused, seats cannot be held",
  },
  {
    promise: "a calendar takes the entry of a changed event",
    file: "core/ticket/calendar.ts",
    text: "cancelled ? revision + 1 : revision",
    becomes: "cancelled ? 1 : 0",
    tests: changed,
    name: "a buyer with several orders is mailed once",
  },
  {
    promise: "a cancellation takes at most half of the e-mails",
    file: "core/fanout/pace.ts",
    text: "Math.min(maxPerSecond, mailRate / 2)",
    becomes: "maxPerSecond * mailRate",
    tests: "tests/integration/fanout/pace.test.ts",
    name: "the pace is half of the e-mails",
  },
];
