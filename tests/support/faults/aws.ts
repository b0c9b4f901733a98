/** Faults of DynamoDB, SQS and SES from the caller's view: middlewares on the SDK's clients, for calls of invocations only. */
import { setTimeout as sleep } from "node:timers/promises";
import { TransactionCanceledException, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { db } from "#core/lib/dynamo.ts";
import { ses } from "#core/lib/ses.ts";
import { sqs } from "#core/lib/sqs.ts";
import { current } from "#local/lambda.ts";
import type { Board } from "./board.ts";

// biome-ignore lint/suspicious/noExplicitAny: any command's input and output.
type Any = any;
type Next = (args: Any) => Promise<Any>;
type Context = { commandName?: string };

const failure = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, $metadata: {}, ...more });

const throttled = () => failure("ThrottlingException", "Throughput exceeds the current capacity of your table.");
const lost = () => failure("TimeoutError", "socket hang up", { code: "ECONNRESET" });

const WRITES = /^(Put|Update|Delete|TransactWrite|BatchWrite)/;
const SINGLE = /^(Put|Update|Delete)/;
const READS = /^(Get|Query|BatchGet)/;

const conflict = (input: Any) =>
  new TransactionCanceledException({
    message: "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
    $metadata: {},
    CancellationReasons: input.TransactItems.map((_: unknown, index: number) => ({
      Code: index === 0 ? "TransactionConflict" : "None",
    })),
  });

const contended = () =>
  new TransactionConflictException({ message: "Transaction is ongoing for the item", $metadata: {} });

const isConsistent = (input: Any): boolean =>
  input.ConsistentRead === true || Object.values<Any>(input.RequestItems ?? {}).some((of) => of.ConsistentRead);

/** The last answers to reads, so that a stale read can repeat one. */
const answers = (board: Board) => {
  const earlier = new Map<string, { at: number; output: Any }>();
  const maxAnswers = 2_000;
  return async (name: string, args: Any, next: Next): Promise<Any> => {
    const key = name + JSON.stringify(args.input);
    const before = earlier.get(key);
    if (before && performance.now() - before.at < board.time("dynamo.stale", 1_000) && board.strikes("dynamo.stale"))
      return { response: {}, output: structuredClone(before.output) };
    const answer = await next(args);
    earlier.delete(key);
    if (earlier.size >= maxAnswers) earlier.delete(earlier.keys().next().value ?? "");
    earlier.set(key, { at: performance.now(), output: structuredClone(answer.output) });
    return answer;
  };
};

const dynamo = (board: Board) => {
  const stale = answers(board);
  return (next: Next, { commandName = "" }: Context) =>
    async (args: Any): Promise<Any> => {
      if (!current()) return next(args);
      if (board.strikes("dynamo.slow")) await sleep(board.time("dynamo.slow", 50));
      if (board.strikes("dynamo.throttled")) throw throttled();
      if (commandName.startsWith("TransactWrite") && board.strikes("dynamo.conflict")) throw conflict(args.input);
      if (SINGLE.test(commandName) && board.strikes("dynamo.contended")) throw contended();
      if (READS.test(commandName) && board.isOn("dynamo.stale") && !isConsistent(args.input))
        return stale(commandName, args, next);
      const answer = await next(args);
      if (WRITES.test(commandName) && board.strikes("dynamo.late")) throw lost();
      return answer;
    };
};

/** Below the SDK's retries: the same bytes are sent again, with the transaction's own token. */
const beneath =
  (board: Board, asleep: { slept: boolean }) =>
  (next: Next, { commandName = "" }: Context) =>
  async (args: Any): Promise<Any> => {
    if (!current()) return next(args);
    if (asleep.slept) {
      asleep.slept = false;
      throw lost();
    }
    if (!WRITES.test(commandName) || !board.strikes("dynamo.repeated")) return next(args);
    await next(args).catch(() => {}); // its answer is dropped
    return next(args);
  };

const sending = (board: Board) => (next: Next) => async (args: Any) => {
  if (!current()) return next(args);
  if (board.strikes("sqs.refused")) throw throttled();
  const answer = await next(args);
  if (board.strikes("sqs.late")) throw lost();
  return answer;
};

const mailing = (board: Board) => (next: Next) => async (args: Any) => {
  if (!current()) return next(args);
  if (board.strikes("ses.slow")) await sleep(board.time("ses.slow", 200));
  if (board.strikes("ses.refusing")) throw failure("SendingPausedException", "Email sending is disabled.");
  if (board.strikes("ses.throttled")) throw failure("TooManyRequestsException", "Maximum sending rate exceeded.");
  const answer = await next(args);
  if (board.strikes("ses.late")) throw lost();
  return answer;
};

const named = (name: string) => ({ name, override: true }) as const;

/** Once in a process. Returns a function that closes the clients' connections. */
export const attach = (board: Board): (() => void) => {
  const asleep = { slept: false };
  const whole = { step: "initialize", priority: "normal" } as const;
  db().middlewareStack.add(dynamo(board) as Any, { ...whole, ...named("faults") });
  // outside of the deserializer, so that a refusal is seen as one
  const below = { step: "deserialize", priority: "high" } as const;
  db().middlewareStack.add(beneath(board, asleep) as Any, { ...below, ...named("beneath") });
  sqs().middlewareStack.add(sending(board) as Any, { ...whole, ...named("faults") });
  ses().middlewareStack.add(mailing(board) as Any, { ...whole, ...named("faults") });
  return () => {
    asleep.slept = true;
  };
};
