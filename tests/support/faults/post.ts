/**
 * Records the sent e-mails. SES has no idempotency key, so an order's e-mail may be sent twice if its answer or its mark was lost; and only
 * then.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { db } from "#core/lib/dynamo.ts";
import { ses } from "#core/lib/ses.ts";
import { type MailFacts, mailKind, mailKinds } from "#ops/audit/index.ts";
import { Killed } from "./life.ts";

/** One try to mail an order's outcome: sent or not, and whether the sender could not know that it was sent. */
type Try = { sent: boolean; lost: boolean };
type Record = { mails: MailFacts[]; tries: Try[] };
type Name = Pick<MailFacts, "orderId" | "kind">;

// biome-ignore lint/suspicious/noExplicitAny: a command's input and output, and what its middlewares tell each other.
type Any = any;
type Next = (args: Any) => Promise<Any>;

/** The order of an e-mail, from its text, which is its first part. */
const aboutMail = (input: Any): Name | undefined => {
  const raw = Buffer.from(input.Content?.Raw?.Data ?? "").toString();
  const text = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\w+/=\r\n]+)/.exec(raw)?.[1] ?? "";
  const orderId = /\bord_[0-9A-Z]{26}\b/.exec(Buffer.from(text, "base64").toString())?.[0];
  return orderId ? { orderId, kind: mailKind(/^Subject: (.*)/m.exec(raw)?.[1] ?? "") } : undefined;
};

const aboutMark = (input: Any): Name | undefined => {
  const names = Object.values<string>(input.ExpressionAttributeNames ?? {});
  const kind = names.map((name) => /^(confirmed|refunded|released)MailedAt$/.exec(name)?.[1]).find(Boolean);
  const sk = String(input.Key?.sk ?? "");
  return kind && sk.startsWith("ORDER#")
    ? { orderId: sk.slice("ORDER#".length), kind: kind as Name["kind"] }
    : undefined;
};

/** Before all faults, and after them. */
const around = { step: "initialize", name: "post", override: true } as const;

/** Once in a process, before anything else is attached to the clients. */
export const attach = () => {
  const ledger = new Map<string, Record>();
  const recordOf = ({ orderId, kind }: Name): Record => {
    const key = `${orderId} ${kind}`;
    const known = ledger.get(key) ?? { mails: [], tries: [] };
    ledger.set(key, known);
    return known;
  };

  const sending = (next: Next, context: Any) => async (args: Any) => {
    const name = aboutMail(args.input);
    if (!name) return next(args);
    const one: Try = { sent: false, lost: false };
    recordOf(name).tries.push(one);
    context.post = { name, one };
    try {
      return await next(args);
    } catch (error) {
      one.lost = one.sent;
      throw error;
    }
  };

  const sent = (next: Next, context: Any) => async (args: Any) => {
    const answer = await next(args);
    const { name, one } = context.post ?? {};
    if (name) {
      one.sent = true;
      recordOf(name).mails.push({ ...name, at: Date.now() });
    }
    return answer;
  };

  const marking = (next: Next, context: Any) => async (args: Any) => {
    const name = aboutMark(args.input);
    if (!name) return next(args);
    try {
      return await next(args);
    } catch (error) {
      const late = error instanceof Killed && error.late;
      const last = recordOf(name).tries.at(-1);
      if (last && !(error instanceof ConditionalCheckFailedException) && (!context.marked || late)) last.lost = true;
      throw error;
    }
  };

  const marked = (next: Next, context: Any) => async (args: Any) => {
    const answer = await next(args);
    context.marked = true;
    return answer;
  };

  const put = (client: Any, outer: unknown, inner: unknown) => {
    client.middlewareStack.add(outer, { ...around, priority: "high" });
    client.middlewareStack.add(inner, { ...around, name: "posted", priority: "low" });
  };
  put(ses(), sending, sent);
  put(db(), marking, marked);

  return {
    /** The e-mails about these orders, without unavoidable repetitions, so a duplicate here is a fault. */
    mails: (orderIds: Iterable<string>): MailFacts[] =>
      [...orderIds].flatMap((orderId) =>
        mailKinds.flatMap((kind) => {
          const { mails = [], tries = [] } = ledger.get(`${orderId} ${kind}`) ?? {};
          const excused = tries.filter((one) => one.sent && one.lost).length;
          return mails.slice(Math.min(excused, mails.length - 1));
        }),
      ),
    /** The number of unavoidable repetitions. */
    repeated: (): number => [...ledger.values()].reduce((sum, { mails }) => sum + Math.max(0, mails.length - 1), 0),
  };
};

export type Post = ReturnType<typeof attach>;
