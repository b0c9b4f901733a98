/** Breakages of drafts, changed and postponed events. */
import type { Mutation } from "./mutation.ts";

const draft = "tests/integration/catalog/draft.test.ts";
const change = "tests/integration/catalog/change.test.ts";

export const lifecycle: Mutation[] = [
  {
    promise: "an event is in its lists once, as it is",
    file: "core/catalog/list.ts",
    text: "return event && Lists.isCurrent(entry, event) && (drafts || !event.draft) ? [event] : [];",
    becomes: "return event && (drafts || !event.draft) ? [event] : [];",
    tests: change,
    name: "a change that is killed at any step leaves the event in its lists once",
  },
  {
    promise: "a draft is published once",
    edits: [
      {
        file: "core/catalog/edit.ts",
        text: "    ...changed,\n    ...(edit.pinned ?? []),",
        becomes: "    ...(edit.pinned ?? []),",
      },
      { file: "core/catalog/edit.ts", text: '    "draft",\n', becomes: "" },
      { file: "core/catalog/listing.ts", text: "still: { relisting: change },", becomes: "still: {}," },
    ],
    tests: draft,
    name: "of two publications at the same time",
  },
  {
    promise: "no visitor sees a draft",
    file: "core/catalog/event.ts",
    text: "if (!found || found.draft) throw EventNotFound();",
    becomes: "if (!found) throw EventNotFound();",
    tests: draft,
    name: "a draft is found by no visitor",
  },
  {
    promise: "buyers return tickets of a postponed event until the window's end",
    file: "core/payment/refund.ts",
    text: "if (args.now > Catalog.returnsUntil(event)) throw",
    becomes: "if (args.now > event.cancelUntil) throw",
    tests: "tests/integration/catalog/postpone.test.ts",
    name: "buyers return their tickets until the window's end",
  },
];
