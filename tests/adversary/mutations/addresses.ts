/** An account's address, undoing its change, and notices of changes. */
import type { Mutation } from "./mutation.ts";

const address = "core/account/address.ts";
const tests = "tests/integration/account/address.test.ts";

export const addresses: Mutation[] = [
  {
    promise: "a change of address counts each address that somebody tries out, also one that is taken",
    edits: [
      { file: address, text: "  await Code.reserve(Throttle.codes(viewer), now); // first", becomes: "  // first" },
      {
        file: address,
        text: "  movesOf(profile, now);\n  return",
        becomes: "  movesOf(profile, now);\n  await Code.reserve(Throttle.codes(viewer), now);\n  return",
      },
    ],
    tests,
    name: "tries out addresses of others only as often",
  },
  {
    promise: "an address that an account has left is nobody else's, whatever a sign-up read before",
    file: "core/account/account.table.ts",
    text: '"attribute_not_exists(pk) OR (attribute_exists(movedTo) AND #until <= :now)"',
    becomes: '"attribute_not_exists(pk) OR (attribute_exists(movedTo) AND (#until <= :now OR #until > :now))"',
    tests,
    name: "that was taken and left while a sign-up",
  },
  {
    promise: "undoing a change of address takes the later addresses from the account",
    file: address,
    text: "      ...later.map((item) => ({",
    becomes: "      ...later.slice(0, 0).map((item) => ({",
    tests,
    name: "a thief with a recent session",
  },
  {
    promise: "undoing a change of address restores the address before it removes the credentials",
    file: "core/account/disown.ts",
    text: "  if (!(await putBack(owner.userId, owner.email, now))) throw DisownInvalid();\n",
    becomes: "",
    tests,
    name: "a thief with a recent session",
  },
  {
    promise: "a change of address cannot be undone after seven days",
    file: address,
    text: "|| (left && left.until <= now)",
    becomes: "",
    tests,
    name: "is closed after seven days",
  },
  {
    promise: "a session from before the undo cannot change the address again",
    file: address,
    text: " AND (attribute_not_exists(undoneAt) OR undoneAt < :signedIn)",
    becomes: " AND (attribute_not_exists(undoneAt) OR undoneAt < :signedIn OR undoneAt >= :signedIn)",
    tests,
    name: "a session of before it",
  },
  {
    promise: "while credentials are removed, no session changes the address",
    file: address,
    text: "    ifNotRemoving(userId, now),\n",
    becomes: "",
    tests,
    name: "leaves a thief's session no moment",
  },
  {
    promise: "no notice is mailed of a change that was not written",
    file: "core/account/notice.ts",
    text: 'if (!change) return now < Ids.madeAt(changeId) + unwrittenMs ? "early" : "unwritten";',
    becomes: 'if (!change) return "due";',
    tests,
    name: "of a change that was refused",
  },
  {
    promise: "a notice is mailed also if its change is written after the message",
    file: "core/account/notice.ts",
    text: '? "early" : "unwritten"',
    becomes: '? "unwritten" : "unwritten"',
    tests,
    name: "of a change that was refused",
  },
];
