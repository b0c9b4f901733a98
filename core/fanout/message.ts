/**
 * The messages of the fan-out queue. Each is one page of work, and sends its successor before it is deleted. So a crash repeats a page and
 * never loses one, and each step of a page can be done twice.
 */
import * as z from "zod/mini";
import * as Ids from "#core/lib/ids.ts";
import { lazy } from "#core/lib/schemas.ts";

const page = () => ({
  eventId: z.string(),
  /** The log entry of the change. It is written after the message was sent. */
  logId: z.string(),
  /** Where the page begins. Default: at the first seat. */
  after: z.optional(z.object({ section: z.string(), seat: z.optional(z.string()) })),
});

export const Message = lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("cancel"),
      ...page(),
      /** Passes over all seats before this one. */
      pass: z.int(),
      /** An earlier page of this pass has ended an order, or left one that can still change. */
      ended: z.optional(z.boolean()),
      left: z.optional(z.boolean()),
    }),
    z.object({ kind: z.literal("changed"), ...page() }),
  ]),
);
export type Message = z.infer<typeof Message>;
type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;
export type CancelMessage = Of<"cancel">;
export type ChangedMessage = Of<"changed">;

/** What became of a message, for the log. With `again` it has to come again. */
export type Outcome = { outcome: string; again?: boolean };

/** `delay` in seconds. */
export const post = async (message: Message, delay: number): Promise<void> => {
  const { send } = await import("#core/lib/sqs.ts");
  await send("FanoutQueue", message, delay);
};

/** Seconds until the first page of a change is read. The change is mostly written by then. */
const writtenAfterSeconds = 2;
/** ms after its message in which a change may still be written: longer than a function runs. */
const unwrittenMs = 120_000;

/** Sends the first page of a change that is not written yet. */
export const begin = (message: Message): Promise<void> => post(message, writtenAfterSeconds);

/** The outcome of a message whose change is not written: it comes again, or the change was refused and nothing is to be done. */
export const unwritten = ({ logId }: Message, now: number): Outcome =>
  now < Ids.madeAt(logId) + unwrittenMs ? { outcome: "early", again: true } : { outcome: "dropped" };
