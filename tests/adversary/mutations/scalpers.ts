/** Breakages of the defences against a scalper's accounts. */
import type { Mutation } from "./mutation.ts";

const challenge = "core/queue/challenge.ts";
const work = "core/lib/challenge.ts";
const join = "core/queue/join.ts";
const tests = "tests/integration/queue/challenge.test.ts";

export const scalpers: Mutation[] = [
  {
    promise: "a place that costs work is given to nobody without it",
    file: "core/queue/scripts/join.lua.ts",
    text: "if n('work') > (tonumber(ARGV[10]) or 0) then return finish('challenge') end",
    becomes: "",
    tests,
    name: "in",
  },
  {
    promise: "the work is checked",
    file: work,
    text: 'return Math.clz32(createHash("sha256").update(answer).digest().readUInt32BE(0));',
    becomes: "return 32;",
    tests,
    name: "an answer is refused with too little work,",
  },
  {
    promise: "work is valid only for the account that did it",
    file: challenge,
    text: "({ sub: userId, evt: eventId })",
    becomes: "({ for: userId.slice(0, 4), evt: eventId })",
    tests,
    name: "an answer is refused with too little work,",
  },
  {
    promise: "work for one event is not valid for another",
    file: challenge,
    text: "({ sub: userId, evt: eventId })",
    becomes: "({ sub: userId, evt: eventId.slice(0, 4) })",
    tests,
    name: "an answer is refused with too little work,",
  },
  {
    promise: "work cannot be done in advance",
    file: work,
    text: "const expiresAt = now + answerWithinMs;",
    becomes: "const expiresAt = now + 100 * answerWithinMs;",
    tests,
    name: "an answer is refused with too little work,",
  },
  {
    promise: "a visitor who has a place is not asked for work again",
    file: join,
    text: "if (!token && asked && work < asked.work",
    becomes: "if (asked && work < asked.work",
    tests,
    name: "a visitor with a place needs no new answer",
  },
  {
    promise: "work is asked for no longer than the organiser wants",
    file: "core/queue/scripts/state.lua.ts",
    text: "if s.work and not settings.work then put('work', '') end",
    becomes: "",
    tests,
    name: "the organiser turns the challenge on, makes it harder",
  },
  {
    promise: "a join without work costs Redis nothing",
    file: join,
    text: "if (!token && asked && work < asked.work",
    becomes: "if (!token && asked && work < 0",
    tests: "tests/integration/queue/cost.test.ts",
    name: "the challenge costs nothing where it is off,",
  },
];
