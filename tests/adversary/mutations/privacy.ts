/** Paying back, exporting, erasing. */
import type { Mutation } from "./mutation.ts";

const payback = "tests/integration/wallet/payback.test.ts";
const erase = "tests/integration/privacy/erase.test.ts";
const exported = "tests/integration/privacy/export.test.ts";
const closed = "from the mark on nobody signs in";
const nothing = "nothing of a person is left anywhere";

export const privacy: Mutation[] = [
  {
    promise: "a balance that is paid back is debited",
    file: "core/wallet/payback.ts",
    text: '      ...Table.move({ userId, kind: "payback", amount: -amount, from: balance, now }),\n',
    becomes: "",
    tests: payback,
    name: "the whole balance goes back to the card",
  },
  {
    promise: "a card gets back at most what is left of its charge",
    file: "core/wallet/payback.ts",
    text: "amount - refunded - returning : 0",
    becomes: "amount : 0",
    tests: payback,
    name: "the newest charge goes back first",
  },
  {
    promise: "a refund that is written has a worker that makes it",
    file: "core/wallet/payback.ts",
    text: "    await watch({ userId, chargeId });\n",
    becomes: "",
    tests: payback,
    name: "is sent before the debit",
  },
  {
    promise: "a refund that is refused is credited again",
    file: "core/wallet/steps.ts",
    text: '"paying_back", Table.move(change))',
    becomes: '"paying_back")',
    tests: payback,
    name: "a refund that the gateway refuses",
  },
  {
    promise: "a late run ends only its own refund",
    file: "core/wallet/wallet.table.ts",
    text: '"#state = :from AND payback.id = :refund"',
    becomes: '"#state = :from AND (payback.id = :refund OR attribute_exists(payback))"',
    tests: payback,
    name: "a run that comes late",
  },
  {
    promise: "an account that is being erased opens no session by password",
    file: "core/account/index.ts",
    text: "!profile || profile.erasing",
    becomes: "!profile",
    tests: erase,
    name: closed,
  },
  {
    promise: "a code opens no account that is being erased",
    file: "core/account/prove.ts",
    text: " AND attribute_not_exists(erasing)",
    becomes: "",
    tests: erase,
    name: closed,
  },
  {
    promise: "a passkey opens no account that is being erased",
    file: "core/account/passkey-sign-in.ts",
    text: "  if (profile?.erasing) return {};\n",
    becomes: "",
    tests: erase,
    name: closed,
  },
  {
    promise: "the sessions of an erased account end at once",
    file: "core/account/erasing.ts",
    text: "  await Sessions.endAll(userId);\n",
    becomes: "",
    tests: erase,
    name: closed,
  },
  {
    promise: "a marked account is erased, also if the request was stopped",
    file: "core/privacy/erase.ts",
    text: "  await look(userId, firstLookSeconds);\n",
    becomes: "",
    tests: erase,
    name: "the request that was stopped",
  },
  {
    promise: "the tickets of a purchase in flight are mailed before the address goes",
    file: "core/privacy/erase.ts",
    text: " + Open.unmailed(records).length",
    becomes: "",
    tests: erase,
    name: "a purchase in flight finishes",
  },
  {
    promise: "an order keeps no personal text",
    file: "core/privacy/erase.ts",
    text: '      if (erasure === "empty") await empty(item);\n',
    becomes: "",
    tests: erase,
    name: nothing,
  },
  {
    promise: "a place in a line is erased",
    file: "core/queue/forget.ts",
    text: "redis().hdel(places, userId), ",
    becomes: "",
    tests: erase,
    name: nothing,
  },
  {
    promise: "an erasure that was stopped overwrites nothing that is retained",
    file: "core/privacy/retained.ts",
    text: ', ConditionExpression: "attribute_not_exists(pk)"',
    becomes: "",
    tests: erase,
    name: "killed after any step",
  },
  {
    promise: "an erasure deletes no other account's address",
    edits: [
      {
        file: "core/privacy/erase.ts",
        text: '"attribute_not_exists(userId) OR userId = :userId"',
        becomes: '"attribute_not_exists(userId) OR userId = :userId OR attribute_exists(pk)"',
      },
      {
        file: "core/privacy/stored.ts",
        text: "item.userId === undefined || item.userId === userId",
        becomes: "item !== undefined",
      },
    ],
    tests: erase,
    name: "an address that another account has",
  },
  {
    promise: "an export has no counts of an address that the account has left",
    file: "core/privacy/stored.ts",
    text: "emails.slice(0, 1).map",
    becomes: "emails.map",
    tests: exported,
    name: "a stranger with the same mailbox",
  },
  {
    promise: "an export contains no secret",
    file: "core/privacy/stored.ts",
    text: '"password", "family", ',
    becomes: "",
    tests: exported,
    name: "no secret and no hash is given",
  },
  {
    promise: "the list has every kind of item",
    file: "core/privacy/stored.ts",
    text: '  kind(["check-in", "Orders"], "USER#", user, "CHECKIN#", "keep"),\n',
    becomes: "",
    tests: exported,
    name: "every item about a user",
  },
];
