/** What earlier ticketing systems got wrong, as read in their code, each with the test that keeps it from happening here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const HELD: Record<string, [file: string, promise: string]> = {
  "a refreshed queue page sent the visitor to the back": ["queue/line", "joining fifty times at once is joining once"],
  "whoever waited longer than an expiry was dropped": ["queue/waiting", "a visitor who waits for hours without a poll"],
  "the move from waiting to running was two commands: a crash lost visitors": [
    "queue/pace",
    "is the same one during its session",
  ],
  "two workers moved visitors twice": ["queue/pace", "two hundred claims at once let in as many as were called"],
  "the position was shown upside down": ["queue/waiting", "how many are ahead is"],
  "anyone could delete another's place": ["queue/waiting", "nobody gives up another's place"],
  "an expiry was set on the whole active set": ["queue/pace", "each expires for itself"],
  "visitors were admitted in bursts once a minute": ["queue/pace", "grows by the rate and no faster"],
  "active visitors had no cap": ["queue/pace", "never calls more than there is room for"],
  "queue tokens were not bound to a user": ["queue/line", "of another account, event or kind opens nothing"],
  "a redelivery overwrote a visitor with a later number": ["queue/line", "joining fifty times at once is joining once"],
  "abandoned visitors jammed the room": ["queue/pace", "and do not come free their room after claimSeconds"],
  "a seat's flag was read before the lock was taken": ["order/hold", "a seat wanted by 200 buyers goes to exactly one"],
  "a counter of free seats went below zero": ["order/pick", "general admission is picked to its last place"],
  "holds never expired, for the sweeper looked for the wrong status": [
    "payment/points",
    "a lapsed hold is taken over as soon as",
  ],
  "a sweeper freed a seat while its payment ran": ["payment/card", "an order that is being paid cannot be released"],
  "deleting a booking did not give the seat back": [
    "payment/refund",
    "a held order given back frees its seats at once",
  ],
  "a charge was added twice": ["wallet/charge", "the same key 20 times in parallel charges once"],
  "the amount was taken from the client": ["payment/points", "the amount never comes from the client"],
  "an order was paid twice": ["payment/points", "several payments of one order sent at once settle one"],
  "another user's order could be paid": ["payment/points", "another user's order is not found"],
  "a payment was recorded in memory after the charge and lost": ["payment/card", "the worker killed at every step"],
  "a consumer read the wrong id and dropped every event": ["ticket/mail", "a confirmed order is told once"],
  "best available was picked outside the lock: 84 % refused": [
    "order/pick",
    "of 80 buyers who pick at the same moment",
  ],
};

test.each(Object.entries(HELD))("%s: not here", (_, [file, promise]) => {
  const source = readFileSync(join(import.meta.dirname, `../integration/${file}.test.ts`), "utf8");
  const titles = [...source.matchAll(/"([^"\n]{15,})"/g)].map(([, title = ""]) => title);
  expect(titles.filter((title) => title.includes(promise))).toHaveLength(1);
});
