/** Codes by e-mail. */
import type { Mutation } from "./mutation.ts";

const code = "core/account/code.ts";
const codes = "tests/integration/account/codes.test.ts";
const prove = "tests/integration/account/prove.test.ts";

export const mailedCodes: Mutation[] = [
  {
    promise: "a guess of a code takes a try before it is compared",
    file: code,
    text: "tries < :most",
    becomes: "(tries < :most OR tries >= :most)",
    tests: codes,
    name: "200 at once: at most five tries",
  },
  {
    promise: "a code is valid for its purpose alone",
    file: code,
    text: '"purpose IN (:purpose, :or) AND',
    becomes: '"(purpose IN (:purpose, :or) OR purpose <> :purpose) AND',
    tests: codes,
    name: "of another purpose",
  },
  {
    promise: "a code is used once",
    file: code,
    text: `    Key: Table.codeKey(codeId),
    ConditionExpression: "attribute_exists(pk)",
  },
});`,
    becomes: `    Key: Table.codeKey(codeId),
  },
});`,
    tests: codes,
    name: "sent by twenty requests at once opens one session",
  },
  {
    promise: "strangers' codes neither limit nor replace those of a reader of the mailbox",
    file: "core/account/account.table.ts",
    text: 'sk: byReader ? "CODES#READER" : "CODES"',
    becomes: 'sk: byReader ? "CODES" : "CODES"',
    tests: codes,
    name: "an owner without passkey and session",
  },
  {
    promise: "strangers' codes of a day are not those of a reader of the mailbox",
    file: "core/account/notify.ts",
    text: 'byReader ? "readers" : "codes"',
    becomes: 'byReader ? "codes" : "codes"',
    tests: codes,
    name: "an owner without passkey and session",
  },
  {
    promise: "a letter proves only the mailbox that got it",
    file: "core/account/disown-link.ts",
    text: "mailbox(link.to) === mailbox(email)",
    becomes: "mailbox(link.to).length <= mailbox(email).length + 99",
    tests: codes,
    name: "a letter to another address",
  },
  {
    promise: "a letter proves its mailbox for 24 hours",
    file: "core/account/disown-link.ts",
    text: "now + Table.undoMs - proofMs",
    becomes: "now",
    tests: codes,
    name: "a letter to another address",
  },
  {
    promise: "a reader of a mailbox makes five e-mails go out in 15 minutes",
    file: "core/account/code.ts",
    text: "byReader ? Throttle.reader(wanted.email) : Throttle.codes(viewer)",
    becomes: "Throttle.codes(viewer)",
    tests: codes,
    name: "a reader makes five e-mails",
  },
  {
    promise: "the first proof of an address removes what somebody else left",
    file: "core/account/prove.ts",
    text: "if (!profile.emailVerified) {",
    becomes: "if (false as boolean) {",
    tests: prove,
    name: "by somebody else's registration",
  },
];
