/** Codes by e-mail, and the attacks on them. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as Code from "#core/account/code.ts";
import * as Account from "#core/account/index.ts";
import * as Throttle from "#core/account/throttle.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { mailsPerAddressAndDay } from "#core/lib/mail-limit.ts";
import { sqs } from "#core/lib/sqs.ts";
import { sign } from "#core/lib/tokens.ts";
import { everywhere, killer } from "#tests/support/bank.ts";
import { codeIn, deliver, disownIn, intercept, mailsTo } from "#tests/support/codes.ts";
import * as Harness from "#tests/support/harness.ts";
import { type Refusal, refusingSes } from "#tests/support/inbox.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { items, tally } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let ses: Awaited<ReturnType<typeof refusingSes>>;
/** What SES answers instead of taking an e-mail. */
let refusal: Refusal | undefined;
beforeAll(async () => {
  ses = await refusingSes(() => refusal);
  stage = await Harness.stage({ ses });
});
afterAll(() => ses?.close());
beforeEach(() => {
  refusal = undefined;
});
const { pass } = ownClock();
const MINUTE = 60_000;

let people = 0;
const password = "correct horse";
/** Somebody with an account, and an address of the network of their own. */
const person = async () => {
  const n = ++people;
  const email = `codes.${n}.${crypto.randomUUID().slice(0, 8)}@onsale.test`;
  const { userId } = await Account.create({ email, password, name: "Person" }, now());
  return { userId, email, from: `203.0.113.${n}:4000` };
};
type Person = Awaited<ReturnType<typeof person>>;

const from = (viewer: string) => ({ "cloudfront-viewer-address": viewer });
type Asking = Pick<Person, "email" | "from"> & { letter?: string };
const ask = ({ from: viewer, email, letter }: Asking, purpose: Account.Purpose = "signin") =>
  stage.call("POST /v1/codes", { body: { email, purpose, letter }, headers: from(viewer) });
/** Asks for a code, has it mailed, and reads it. */
const codeFor = async (who: Asking, purpose?: Account.Purpose) => {
  const { body } = await ask(who, purpose);
  await stage.notify();
  return { codeId: body.codeId as string, code: codeIn((await mailsTo(who.email)).at(-1)) };
};
const signIn = (body: object, viewer = "198.51.100.9:1") =>
  stage.call("POST /v1/sessions", { body, headers: from(viewer) });
const wrong = (code: string) => (code === "00000000" ? "00000001" : "00000000");
const itemOf = async (codeId: string) =>
  (await db().send(new GetCommand({ TableName: table("Accounts"), Key: { pk: `CODE#${codeId}`, sk: "CODE" } }))).Item;

describe("a code", () => {
  test("is asked for with 202, is mailed to the account's address, and is in no table and no queue", async () => {
    const one = await person();
    const reply = await ask({ ...one, email: one.email.toUpperCase() });
    expect(reply).toMatchObject({ status: 202, body: { codeId: expect.stringMatching(/^cod_/) } });
    const [message = ""] = await intercept(stage);
    expect(await deliver(message)).toBe(0);
    const [mail, ...more] = await mailsTo(one.email);
    expect(more).toEqual([]);
    const code = codeIn(mail);
    expect(code).toMatch(/^\d{8}$/);
    expect(message).not.toContain(code);
    expect(JSON.stringify(await items("Accounts", "CODE"))).not.toContain(code);
  });

  test("goes to the account's address as last written, also right after a sign-up or a change", async () => {
    await ask(await person());
    const [message = ""] = await intercept(stage);
    const sent = vi.spyOn(db(), "send").mockClear();
    expect(await deliver(message)).toBe(0);
    const reads = sent.mock.calls.flatMap(([command]) => (command instanceof GetCommand ? [command.input] : []));
    sent.mockRestore();
    const eventual = reads.filter(({ ConsistentRead }) => !ConsistentRead);
    expect([reads.length > 2, eventual]).toEqual([true, []]);
  });

  test("signs in once", async () => {
    const one = await person();
    const { codeId, code } = await codeFor(one);
    expect(await signIn({ codeId, code })).toMatchObject({ status: 201, body: { tokenType: "Bearer" } });
    expect(await signIn({ codeId, code })).toMatchObject({ status: 401, body: { code: "code.invalid" } });
  });

  test("sent by twenty requests at once opens one session", async () => {
    const { codeId, code } = await codeFor(await person());
    Code.codeLimits.tries = 20;
    const replies = await Promise.all(Array.from({ length: 20 }, () => signIn({ codeId, code })));
    Code.codeLimits.tries = 5;
    expect(tally(replies)[201]).toBe(1);
  });

  test("is valid for ten minutes", async () => {
    const [late, early] = [await codeFor(await person()), await codeFor(await person())];
    pass(10 * MINUTE - 5_000);
    expect((await signIn(early)).status).toBe(201);
    pass(5_000);
    expect(tally([await signIn(late)])).toEqual({ "401 code.invalid": 1 });
  });

  test("of another purpose, or with another code's id, is refused as a wrong one is", async () => {
    const [one, other] = [await person(), await person()];
    const [mine, theirs] = [await codeFor(one, "verify"), await codeFor(other)];
    const unknown = Ids.make("cod", now());
    const replies = [
      await signIn(mine),
      await signIn({ codeId: theirs.codeId, code: mine.code }),
      await signIn({ codeId: unknown, code: Code.digits(unknown) }), // right digits of a code that nobody was given
      await stage.call("POST /v1/accounts/password", { body: { ...theirs, password } }),
      await stage.call("POST /v1/accounts/password", { body: { ...mine, password } }),
      await stage.call("POST /v1/accounts/verification", { body: theirs }),
      await signIn({ ...theirs, code: wrong(theirs.code) }),
    ];
    expect(tally(replies)).toEqual({ "401 code.invalid": replies.length });
    const shape = ({ status, body: { instance: _, ...body } }: Harness.Reply) => ({ status, body });
    for (const reply of replies) expect(shape(reply)).toEqual(shape(replies[0] as Harness.Reply));
    expect((await signIn(theirs)).status).toBe(201); // it is valid where it belongs
  });

  test("that is no code gets 422, and says what one is", async () => {
    const reply = await signIn({ codeId: "x", code: "1234567" });
    expect(reply.status).toBe(422);
    expect(reply.body.errors).toEqual([
      { path: "codeId", message: "is not a codeId of POST /v1/codes" },
      { path: "code", message: "is not eight digits" },
    ]);
  });
});

describe("guessing", () => {
  test("200 at once: at most five tries are compared, and then the right code is refused", async () => {
    const { codeId, code } = await codeFor(await person());
    const guesses = Array.from({ length: 200 }, (_, n) => signIn({ codeId, code: String(n).padStart(8, "0") }));
    expect(tally(await Promise.all(guesses))).toEqual({ "401 code.invalid": 200 });
    expect((await itemOf(codeId))?.tries).toBe(5);
    expect(tally([await signIn({ codeId, code })])).toEqual({ "401 code.invalid": 1 });
  });

  test("200 at once with the right one among them at every place: it opens one session at most, and only in the first five", async () => {
    const { codeId, code } = await codeFor(await person());
    const guesses = Array.from({ length: 200 }, (_, n) => signIn({ codeId, code: n % 2 ? code : wrong(code) }));
    const opened = tally(await Promise.all(guesses))[201] ?? 0;
    expect(opened).toBeLessThanOrEqual(1);
    expect((await itemOf(codeId))?.tries ?? 5).toBeLessThanOrEqual(5);
  });

  test("five wrong tries end a code; four do not", async () => {
    const [four, five] = [await codeFor(await person()), await codeFor(await person())];
    for (let n = 0; n < 4; n++) await signIn({ ...four, code: wrong(four.code) });
    for (let n = 0; n < 5; n++) await signIn({ ...five, code: wrong(five.code) });
    expect([(await signIn(four)).status, (await signIn(five)).status]).toEqual([201, 401]);
  });

  test("with many open codes: the three newest work, and an hour gives ten", async () => {
    const one = await person();
    const codes = [];
    for (let n = 0; n < 12; n++) {
      codes.push(await codeFor(one));
      pass(1_000);
    }
    expect(await mailsTo(one.email)).toHaveLength(Code.codeLimits.perHour);
    const open = await Promise.all(codes.map(({ codeId }) => itemOf(codeId)));
    expect(open.map((item) => item !== undefined)).toEqual([
      ...Array(7).fill(false),
      ...Array(3).fill(true),
      ...Array(2).fill(false),
    ]);
    expect(tally([await signIn(codes[6] as object)])).toEqual({ "401 code.invalid": 1 });
    expect((await signIn(codes[7] as object)).status).toBe(201);
    pass(60 * MINUTE);
    expect((await signIn(await codeFor(one))).status).toBe(201);
  });

  test("of ten messages at the same time three codes are open, and each was mailed once", async () => {
    const one = await person();
    await Promise.all(Array.from({ length: 14 }, () => ask(one)));
    const messages = await intercept(stage);
    expect(messages).toHaveLength(14);
    for (let again = messages; again.length > 0; ) {
      const failed = await Promise.all(again.map(async (body) => ((await deliver(body)) > 0 ? [body] : [])));
      again = failed.flat();
    }
    const mine = (await items("Accounts", "CODE#")).filter(({ userId }) => userId === one.userId);
    expect(mine).toHaveLength(3);
    // a code that was replaced before it was mailed is not mailed
    expect((await mailsTo(one.email)).length).toBeLessThanOrEqual(10);
  });
});

describe("nobody learns who has an account", () => {
  // biome-ignore lint/suspicious/noExplicitAny: the stack of either client
  type Any = any;
  /** Everything that the work asks of DynamoDB and SQS, in its order, also what is refused. */
  const recorded = async <T>(work: () => Promise<T>) => {
    const calls: string[] = [];
    const record = (next: (args: unknown) => Promise<unknown>, { commandName }: { commandName?: string }) => {
      return (args: unknown) => {
        calls.push(commandName ?? "");
        return next(args);
      };
    };
    const clients = [db(), sqs()];
    for (const { middlewareStack } of clients)
      (middlewareStack as Any).add(record, { step: "initialize", name: "record", override: true });
    try {
      return { result: await work(), calls };
    } finally {
      for (const { middlewareStack } of clients) middlewareStack.remove("record");
    }
  };

  test("at codes: the answer has one shape, and takes the same requests", async () => {
    const one = await person();
    const known = await recorded(() => ask(one));
    const unknown = await recorded(() => ask({ email: "nobody@onsale.test", from: "203.0.113.250:1" }));
    await stage.notify();
    const letter = disownIn((await mailsTo(one.email)).at(-1));
    const byReader = await recorded(() => ask({ ...one, letter }));
    const byStranger = await recorded(() => ask({ ...one, email: "nobody@onsale.test", letter }));
    const shape = ({ status, headers, body }: Harness.Reply) => ({ status, headers, fields: Object.keys(body) });
    for (const { result, calls } of [known, unknown, byReader, byStranger]) {
      expect(calls).toEqual(["UpdateItemCommand", "SendMessageCommand"]);
      expect(shape(result)).toEqual(shape(known.result));
    }
    await stage.notify();
  });

  test("at codes: an unknown address gets no e-mail", async () => {
    const email = `nobody.${crypto.randomUUID()}@onsale.test`;
    await ask({ email, from: "203.0.113.251:1" });
    await stage.notify();
    expect(await mailsTo(email)).toEqual([]);
  });

  test("at signing in: a wrong password takes the same requests for an address without an account", async () => {
    const one = await person();
    const wrongly = (email: string) => () => signIn({ email, password: "wrong horse" });
    const known = await recorded(wrongly(one.email));
    const unknown = await recorded(wrongly(`x${one.email}`));
    expect(unknown.calls).toEqual(known.calls);
    const shape = ({ status, body: { instance: _, ...body } }: Harness.Reply) => ({ status, body });
    expect(shape(unknown.result)).toEqual(shape(known.result));
  });

  test("at signing in: a wrong code takes the same requests as one that nobody was given", async () => {
    const { codeId, code } = await codeFor(await person());
    const known = await recorded(() => signIn({ codeId, code: wrong(code) }));
    const unknown = await recorded(() => signIn({ codeId: Ids.make("cod", now()), code }));
    expect(unknown.calls).toEqual(known.calls);
    expect(known.calls).toEqual(["UpdateItemCommand"]);
  });
});

describe("nobody is locked out by a stranger", () => {
  test("codes still work while the password is locked", async () => {
    const one = await person();
    for (let n = 0; n < Throttle.signInLimits.account; n++) await signIn({ email: one.email, password: "wrong horse" });
    expect(tally([await signIn({ email: one.email, password })])).toEqual({ "429 session.too_many_attempts": 1 });
    expect((await signIn(await codeFor(one))).status).toBe(201);
  });

  test("passwords and open sessions work while codes are exhausted", async () => {
    const one = await person();
    const open = await signIn({ email: one.email, password });
    for (let n = 0; n < 12; n++) await codeFor(one);
    expect((await signIn({ email: one.email, password })).status).toBe(201);
    const { refreshToken } = open.body;
    expect((await stage.call("POST /v1/sessions/refresh", { body: { refreshToken } })).status).toBe(201);
  });

  test("who asks for too many codes from one network gets 429 with Retry-After; others do not", async () => {
    const one = await person();
    Throttle.signInLimits.codes = 5;
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask(one)));
    Throttle.signInLimits.codes = 100;
    expect(tally(replies)).toEqual({ 202: 5, "429 code.too_many": 15 });
    const refused = replies.find(({ status }) => status === 429);
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
    expect((await ask({ ...one, from: "203.0.113.252:1" })).status).toBe(202);
    await stage.notify();
  });

  test("an address gets a limited number of codes a day, and its tickets are counted apart", async () => {
    const one = await person();
    const counted = captureMetrics();
    vi.setSystemTime(new Date(Date.now() + 86_400_000).setUTCHours(1, 0, 0, 0)); // all of them are on one day
    for (let n = 0; n < mailsPerAddressAndDay + 2; n++) {
      await codeFor(one);
      pass(6 * MINUTE + 1_000);
    }
    expect(await mailsTo(one.email)).toHaveLength(mailsPerAddressAndDay);
    expect(counted("MailLimited")).toBe(2);
  });
});

describe("a reader of the mailbox gets in, whatever strangers do", () => {
  /** Strangers of many networks ask for codes one after another. */
  const askedFor = async ({ email }: Person, codes: number, pauseMs = 0) => {
    for (let n = 0; n < codes; n++) {
      await ask({ email, from: `198.51.100.${n}:1` });
      await stage.notify();
      pass(pauseMs);
    }
  };
  /** From here on all is on one day. */
  const tomorrow = () => vi.setSystemTime(new Date(Date.now() + 86_400_000).setUTCHours(1, 0, 0, 0));
  /** The letter of the newest e-mail. */
  const letterTo = async ({ email }: Pick<Person, "email">) => disownIn((await mailsTo(email)).at(-1));
  const digitsTo = async (email: string) => (await mailsTo(email)).map(codeIn);

  test("an owner without passkey and session signs in at once, also while the attack goes on", async () => {
    const one = await person();
    tomorrow();
    await askedFor(one, mailsPerAddressAndDay, 6 * MINUTE);
    await askedFor(one, 2); // the hour's codes are used up as well
    for (let n = 0; n < Throttle.signInLimits.account; n++)
      await signIn({ email: one.email, password: "wrong horse" }, `198.51.100.${n}:1`);
    expect(tally([await signIn({ email: one.email, password })])).toEqual({ "429 session.too_many_attempts": 1 });
    const mailed = await digitsTo(one.email);
    await codeFor(one);
    expect(await digitsTo(one.email)).toEqual(mailed); // nothing was mailed

    const code = await codeFor({ ...one, letter: await letterTo(one) });
    expect(await digitsTo(one.email)).toEqual([...mailed, code.code]);
    await askedFor(one, Code.codeLimits.open);
    expect((await signIn(code)).status).toBe(201);
  });

  test("a network whose codes others have used up does not keep a reader out either", async () => {
    const one = await person();
    await codeFor(one);
    const letter = await letterTo(one);
    Throttle.signInLimits.codes = 1;
    const replies = [await ask(one), await ask({ ...one, letter })];
    Throttle.signInLimits.codes = 100;
    expect(tally(replies)).toEqual({ 202: 1, "429 code.too_many": 1 });
    await stage.notify();
  });

  test("a letter to another address, an old one, a forged one and another token change nothing", async () => {
    const [one, other] = [await person(), await person()];
    Code.codeLimits.perHour = 3;
    onTestFinished(() => {
      Code.codeLimits.perHour = 10;
    });
    await askedFor(one, Code.codeLimits.perHour);
    await codeFor(other);
    const letter = await letterTo(one);
    const mailed = await digitsTo(one.email);
    const noLetter = sign("disown", { sub: one.userId, kind: "code", id: "cod_1" }, now() + 7 * 86_400_000);
    const access = sign("access", { sub: one.userId, kind: "code", to: one.email }, now() + 7 * 86_400_000);
    for (const useless of [await letterTo(other), `${letter.slice(0, -2)}xx`, noLetter, access])
      expect((await ask({ ...one, letter: useless })).status).toBe(202);
    await stage.notify();
    expect(await digitsTo(one.email)).toEqual(mailed);
    pass(24 * 60 * MINUTE);
    await askedFor(one, Code.codeLimits.perHour);
    const aDayLater = await digitsTo(one.email);
    await ask({ ...one, letter });
    await stage.notify();
    expect(await digitsTo(one.email)).toEqual(aDayLater);
    expect((await signIn(await codeFor({ ...one, letter: await letterTo(one) }))).status).toBe(201);
  });

  test("a reader makes five e-mails go out in 15 minutes and 20 a day, with any letter to the mailbox", async () => {
    const one = await person();
    tomorrow();
    await codeFor(one);
    const letter = await letterTo(one);
    const asked = (n: number) => ask({ email: one.email.replace("@", `+${n}@`), from: `198.51.100.${n}:1`, letter });
    expect(tally(await Promise.all(Array.from({ length: 12 }, (_, n) => asked(n))))).toEqual({
      202: 5,
      "429 code.too_many": 7,
    });
    for (let n = 0; n < mailsPerAddressAndDay + 3; n++) {
      pass(16 * MINUTE);
      await ask({ ...one, letter });
      await stage.notify();
    }
    expect(await mailsTo(one.email)).toHaveLength(1 + mailsPerAddressAndDay);
  });
});

describe("a message", () => {
  test("that comes twice mails one code once", async () => {
    const one = await person();
    await ask(one);
    const [message = ""] = await intercept(stage);
    for (let n = 0; n < 3; n++) expect(await deliver(message)).toBe(0);
    expect(await mailsTo(one.email)).toHaveLength(1);
  });

  test("that comes again after its code was used, or replaced, opens it no second time", async () => {
    const one = await person();
    const { body } = await ask(one);
    const [message = ""] = await intercept(stage);
    await deliver(message);
    const used = { codeId: body.codeId, code: codeIn((await mailsTo(one.email)).at(-1)) };
    expect((await signIn(used)).status).toBe(201);
    expect(await deliver(message)).toBe(0);
    expect(tally([await signIn(used)])).toEqual({ "401 code.invalid": 1 });
    expect(await mailsTo(one.email)).toHaveLength(1);
  });

  test("whose worker is killed at any call mails one code, at most twice the same", { timeout: 60_000 }, async () => {
    await everywhere(killer(), async (killed, at) => {
      const one = await person();
      const { codeId } = (await ask(one)).body;
      const [message = ""] = await intercept(stage);
      await killed(() => deliver(message));
      expect(await deliver(message)).toBe(0);
      const mails = await mailsTo(one.email);
      expect([at, mails.length >= 1 && mails.length <= 2]).toEqual([at, true]);
      expect(new Set(mails.map(codeIn)).size).toBe(1);
      expect((await signIn({ codeId, code: codeIn(mails[0]) })).status).toBe(201);
    });
  });

  test("comes again while SES is down, mails the same code later, and counts as failed", async () => {
    const one = await person();
    const { codeId } = (await ask(one)).body;
    const [message = ""] = await intercept(stage);
    refusal = { status: 500, type: "InternalFailure", message: "down" };
    const counted = captureMetrics();
    expect(await deliver(message)).toBe(1);
    expect(counted("MailFailed", { service: "notify" })).toBe(1);
    refusal = undefined;
    expect(await deliver(message)).toBe(0);
    const mails = await mailsTo(one.email);
    expect(mails).toHaveLength(1);
    expect((await signIn({ codeId, code: codeIn(mails[0]) })).status).toBe(201);
  });

  test("that waits for SES's rate comes again, and does not count as failed", async () => {
    await ask(await person());
    const [message = ""] = await intercept(stage);
    refusal = { status: 400, type: "TooManyRequestsException", message: "Maximum sending rate exceeded." };
    const counted = captureMetrics();
    expect(await deliver(message)).toBe(1);
    expect(counted("MailFailed")).toBe(0);
  });

  test("that SES refuses each time is dropped", async () => {
    await ask(await person());
    const [message = ""] = await intercept(stage);
    refusal = { status: 400, type: "MessageRejected", message: "Email address is not verified." };
    expect(await deliver(message)).toBe(0);
  });

  test("that comes after its code has expired mails nothing", async () => {
    const one = await person();
    await ask(one);
    const [message = ""] = await intercept(stage);
    pass(10 * MINUTE);
    expect(await deliver(message)).toBe(0);
    expect(await mailsTo(one.email)).toEqual([]);
  });
});
