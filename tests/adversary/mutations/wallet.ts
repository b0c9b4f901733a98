// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of sources, templates among them
/** Breakages of a charge by card: while its buyer has to act, and when the time is up. */
import type { Mutation } from "./mutation.ts";

const decide = "core/wallet/decide.ts";
const follow = "core/wallet/follow.ts";
const tests = "tests/integration/wallet/stripe.test.ts";

export const wallet: Mutation[] = [
  {
    promise: "the bank's question is shown only to the owner of the charge",
    file: follow,
    text: "`${userId} ${chargeId} ${cancel}`",
    becomes: "`${chargeId} ${cancel}`",
    tests,
    name: "is shown to the charge's owner alone",
  },
  {
    promise: "a charge that nobody finishes is closed after ten minutes",
    file: decide,
    text: "look.now - (charge.since ?? 0) > answerWindowMs",
    becomes: "look.now < 0",
    tests,
    name: "abandoned: still open at ten minutes, then closed",
  },
  {
    promise: "a charge is closed if its gateway does not answer until the deadline",
    file: decide,
    text: 'state === "pending" && late ? "giveUp" : "wait"',
    becomes: '"wait"',
    tests,
    name: "passed after the gateway did not answer until",
  },
  {
    promise: "a success after the end of a charge is undone",
    file: decide,
    text: 'if (state === "returning") return "giveBack";',
    becomes: "",
    tests,
    name: "passed after the gateway did not answer until",
  },
  {
    promise: "a charge that is written has a worker that finishes it",
    file: "core/wallet/charge.ts",
    text: "await watch({ userId, chargeId: charge.chargeId });",
    becomes: "",
    tests,
    name: "is sent before the charge is written, so",
  },
  {
    promise: "an open charge is looked at again",
    file: "core/payment/settle.ts",
    text: 'outcome: isOpen ? "open" : "over", again: isOpen',
    becomes: 'outcome: isOpen ? "open" : "over", again: false',
    tests,
    name: "is repeated each minute until the charge is over",
  },
];
