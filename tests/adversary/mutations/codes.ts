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
    promise: "the first proof of an address removes what somebody else left",
    file: "core/account/prove.ts",
    text: "if (!profile.emailVerified) {",
    becomes: "if (false as boolean) {",
    tests: prove,
    name: "by somebody else's registration",
  },
];
