/** Faults that were read in the code of earlier ticketing systems, each with the test that excludes it here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const HELD: Record<string, [file: string, promise: string]> = {
  "a refreshed queue page sent the visitor to the back": ["queue/line", "joining fifty times at once gives one place"],
  "a visitor who waited longer than an expiry was dropped": [
    "queue/waiting",
    "a visitor who waits for hours without polling",
  ],
  "the move from waiting to running was two commands: a crash lost visitors": [
    "queue/pace",
    "is the same one during its session",
  ],
  "two workers moved visitors twice": [
    "queue/pace",
    "two hundred claims at once admit as many visitors as were called",
  ],
  "the position was counted from the wrong end": ["queue/waiting", "the visitors ahead are the number"],
  "anyone could delete another's place": ["queue/waiting", "nobody can give up another user's place"],
  "an expiry was set on the whole active set": ["queue/pace", "each expires for itself"],
  "visitors were admitted in bursts once a minute": ["queue/pace", "grows at the rate and no faster"],
  "active visitors had no cap": ["queue/pace", "never calls more visitors than the capacity"],
  "queue tokens were not bound to a user": ["queue/line", "of another account, event or kind is refused"],
  "a redelivery overwrote a visitor with a later number": ["queue/line", "joining fifty times at once gives one place"],
  "visitors who left blocked the checkout": ["queue/pace", "who do not come lose their slot after claimSeconds"],
  "a seat's flag was read before the lock was taken": ["order/hold", "a seat that 200 buyers want goes to exactly one"],
  "a counter of free seats went below zero": ["order/pick", "general admission is picked to its last place"],
  "holds never expired, because the sweeper looked for the wrong status": [
    "payment/points",
    "a lapsed hold is taken over once heldUntil has passed",
  ],
  "a sweeper freed a seat while its payment ran": ["payment/card", "an order that is being paid cannot be released"],
  "deleting a booking did not give the seat back": ["payment/refund", "a held order frees its seats at once"],
  "a charge was added twice": ["wallet/charge", "the same key sent 20 times in parallel charges once"],
  "the amount was taken from the client": ["payment/points", "the amount does not come from the client"],
  "an order was paid twice": ["payment/points", "several payments of one order sent at once settle one"],
  "another user's order could be paid": ["payment/points", "another user's order is not found"],
  "a payment was recorded in memory after the charge and lost": ["payment/card", "a worker killed at every step"],
  "a consumer read the wrong id and dropped every event": ["ticket/mail", "a confirmed order is mailed once"],
  "best available was picked outside the lock: 84 % refused": [
    "order/pick",
    "of 80 buyers who pick at the same moment",
  ],
};

test.each(Object.entries(HELD))("%s: a test here excludes it", (_, [file, promise]) => {
  const source = readFileSync(join(import.meta.dirname, `../integration/${file}.test.ts`), "utf8");
  const titles = [...source.matchAll(/"([^"\n]{15,})"/g)].map(([, title = ""]) => title);
  expect(titles.filter((title) => title.includes(promise))).toHaveLength(1);
});
