/** The messages of the settle queue. Each names the owner, and can be delivered any number of times. */
import * as z from "zod/mini";
import { type ProviderName, providers } from "#core/gateway/index.ts";
import { lazy } from "#core/lib/schemas.ts";

/** Epoch ms: when a message was first sent again; absent until then. */
const since = () => z.optional(z.int());

const Id = lazy(() => z.string().check(z.minLength(1), z.maxLength(200)));

export const Message = lazy(() =>
  z.discriminatedUnion("kind", [
    /** A buyer pays. `acceptedAt` (epoch ms) is when the payment was accepted: the worker decides by it, never by its own clock. */
    z.object({
      kind: z.literal("payment"),
      userId: Id,
      orderId: Id,
      attemptId: Id,
      hash: Id,
      method: z.enum(["points", "card"]),
      /** Of a card: the provider that is to charge it, and its single-use token there. */
      provider: z.optional(z.enum(providers)),
      token: z.optional(Id),
      /** Of a card: the address that it was paid from, as core/declines counts it. */
      from: z.optional(Id),
      acceptedAt: z.int(),
    }),
    /** The gateway sent a message about a payment. The worker asks the gateway for its state. */
    z.object({
      kind: z.literal("gateway"),
      /** Messages of earlier releases have none. */
      provider: z.optional(z.enum(providers)),
      paymentId: Id,
      reference: z.string().check(z.maxLength(300)),
      since: since(),
    }),
    /** A buyer's bank disputes a payment. */
    z.object({ kind: z.literal("dispute"), provider: z.enum(providers), paymentId: Id, since: since() }),
    /** A buyer has come back from the bank's check, or gives it up (`cancel`). */
    z.object({ kind: z.literal("return"), userId: Id, orderId: Id, attemptId: Id, cancel: z.optional(z.boolean()) }),
    /** An order's money is to go back. */
    z.object({ kind: z.literal("refund"), userId: Id, orderId: Id }),
    /** A charge of a wallet may have been left unfinished. The message comes again each minute until the charge is over. */
    z.object({ kind: z.literal("charge"), userId: Id, chargeId: Id }),
    /** An account that is being erased gives its balance up. */
    z.object({ kind: z.literal("forfeit"), userId: Id }),
  ]),
);
export type Message = z.infer<typeof Message>;
export type PaymentMessage = Extract<Message, { kind: "payment" }>;

/** What a worker did, for the log and the latency. `again`: the message has to come again, because nothing else looks, or not as soon. */
export type Outcome = {
  outcome: string;
  acceptedAt?: number | undefined;
  again?: boolean;
  /** Of a card. */
  provider?: ProviderName | undefined;
  code?: string | undefined;
};

/** `delay` in seconds. */
export const post = async (message: Message, delay = 0): Promise<void> => {
  const { send } = await import("#core/lib/sqs.ts");
  await send("SettleQueue", message, delay);
};

/** An attempt's name at the gateway. */
export const referenceOf = (order: { userId: string; orderId: string }, attemptId: string): string =>
  `${order.userId}.${order.orderId}.${attemptId}`;

export const parseReference = (reference: string) => {
  const [userId, orderId, attemptId, ...rest] = reference.split(".");
  return userId && orderId && attemptId && rest.length === 0 ? { userId, orderId, attemptId } : undefined;
};
