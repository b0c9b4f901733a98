/** Faults of deliveries: queues and streams that repeat, mix and delay; environments that are killed, freeze, lose their memory or fail. */
import type { DynamoDBRecord, SQSRecord } from "aws-lambda";
import { type ServiceName, services } from "#core/contract/services.ts";
import * as Memory from "#core/queue/memory.ts";
import type { Invoke } from "#local/lambda.ts";
import type { Board } from "./board.ts";
import { skewed } from "./clock.ts";
import { type End, Killed, live } from "./life.ts";

type Batch<R> = { Records: R[] };
type Result = { batchItemFailures?: { itemIdentifier: string }[] };
type Handle = (event: unknown) => Promise<unknown>;

const failures = (result: unknown) => (result as Result)?.batchItemFailures ?? [];

/** Records of the same key stay in order, as in a shard. */
const mixed = <R>(records: R[], keyOf: (record: R) => string, random: () => number): R[] => {
  const lanes = new Map<string, R[]>();
  for (const record of records) lanes.set(keyOf(record), [...(lanes.get(keyOf(record)) ?? []), record]);
  const all = [...lanes.values()];
  return records.map(() => {
    const left = all.filter((lane) => lane.length > 0);
    return left[Math.floor(random() * left.length)]?.shift() as R;
  });
};

/** The number of times a message is delayed: each counts as a receive, and too many make a dead letter. */
const MOST_DELAYS = 2;

const queue = (board: Board) => {
  const delays = new Map<string, number>();

  const delayed = ({ messageId }: SQSRecord): boolean => {
    const before = delays.get(messageId) ?? 0;
    if (before >= MOST_DELAYS || !board.strikes("sqs.delayed", "settle")) return false;
    delays.set(messageId, before + 1);
    return true;
  };

  return async (event: unknown, handle: Handle): Promise<unknown> => {
    let { Records } = event as Batch<SQSRecord>;
    const behind = Records.filter(delayed).map(({ messageId }) => ({ itemIdentifier: messageId }));
    Records = Records.filter(({ messageId }) => !behind.some(({ itemIdentifier }) => itemIdentifier === messageId));
    if (board.strikes("sqs.reordered", "settle"))
      Records = mixed(
        Records,
        ({ messageId }) => messageId,
        () => board.pick("sqs.reordered"),
      );
    const [first] = Records;
    if (first && board.strikes("sqs.poison", "settle"))
      Records = [{ ...first, messageId: "poison", body: "{not a message" }, ...Records];
    if (Records.length === 0) return { batchItemFailures: behind };
    const again = board.strikes("sqs.duplicate", "settle") ? [handle({ Records }).catch(() => {})] : [];
    const [result] = await Promise.all([handle({ Records }), ...again]);
    const known = failures(result).filter(({ itemIdentifier }) => itemIdentifier !== "poison");
    return { batchItemFailures: [...known, ...behind] };
  };
};

/** The number of finished records that come again. */
const KEPT = 20;

const keyOf = ({ dynamodb }: DynamoDBRecord): string => JSON.stringify(dynamodb?.Keys);

const stream = (board: Board) => {
  const done: DynamoDBRecord[] = [];
  return async (service: ServiceName, event: unknown, handle: Handle): Promise<unknown> => {
    const { Records } = event as Batch<DynamoDBRecord>;
    if (board.strikes("stream.late", service)) throw new Error("The batch could not be delivered.");
    if (board.strikes("stream.replayed", service) && done.length > 0) await handle({ Records: [...done] });
    if (board.strikes("stream.duplicate", service)) await handle({ Records }).catch(() => {});
    const order = board.strikes("stream.reordered", service)
      ? mixed(Records, keyOf, () => board.pick("stream.reordered"))
      : Records;
    const result = await handle({ Records: order });
    const failed = new Set(failures(result).map(({ itemIdentifier }) => itemIdentifier));
    done.push(...Records.filter(({ dynamodb }) => !failed.has(dynamodb?.SequenceNumber ?? "")));
    done.splice(0, done.length - KEPT);
    return result;
  };
};

/** The call at which an invocation ends: most make fewer calls. */
const CALLS = 6;

const endOf = (board: Board, service: ServiceName, wake: () => void): { nth: number; end: End } | undefined => {
  const nth = (kind: "lambda.killed" | "lambda.timeout" | "lambda.frozen") => 1 + Math.floor(board.pick(kind) * CALLS);
  if (board.strikes("lambda.killed", service)) {
    const when = board.pick("lambda.killed") < 0.5 ? "before" : "after";
    return { nth: nth("lambda.killed"), end: { how: "killed", when } };
  }
  if (board.strikes("lambda.timeout", service))
    return { nth: nth("lambda.timeout"), end: { how: "timeout", ms: board.time("lambda.timeout", 50) } };
  if (board.strikes("lambda.frozen", service))
    return { nth: nth("lambda.frozen"), end: { how: "frozen", ms: board.time("lambda.frozen", 100), wake } };
  return undefined;
};

const SKEW = 30_000;

/** One invocation in its environment. */
const environment = (board: Board, invoke: Invoke, wake: () => void): Invoke => {
  const alive: Invoke = (service, event) => {
    const last = endOf(board, service, wake);
    return last ? live(last.nth, last.end, () => invoke(service, event)) : invoke(service, event);
  };
  return async (service, event) => {
    if (board.strikes("lambda.cold", service)) Memory.forget();
    if (board.strikes("clock.ahead", service)) return skewed(SKEW, () => alive(service, event));
    if (board.strikes("clock.behind", service)) return skewed(-SKEW, () => alive(service, event));
    return alive(service, event);
  };
};

/** API Gateway's answer for a function that has ended, word for word. */
const BROKEN = {
  statusCode: 500,
  headers: { "content-type": "application/json" },
  body: '{"message":"Internal Server Error"}',
};

/** Invokes as before, with the active faults. `wake`: closes the connections of a frozen environment. */
export const faulty = (board: Board, invoke: Invoke, wake: () => void): Invoke => {
  const inside = environment(board, invoke, wake);
  const [queued, streamed] = [queue(board), new Map<ServiceName, ReturnType<typeof stream>>()];
  return async (service, event) => {
    const { kind } = services[service].source;
    if (kind === "sqs") return queued(event, (batch) => inside(service, batch));
    if (kind === "stream") {
      const consumer = streamed.get(service) ?? stream(board);
      streamed.set(service, consumer);
      return consumer(service, event, (batch) => inside(service, batch));
    }
    if (kind !== "http") return inside(service, event);
    return inside(service, event).catch((error) => {
      if (error instanceof Killed) return BROKEN;
      throw error;
    });
  };
};
