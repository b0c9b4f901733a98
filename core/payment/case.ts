/** One attempt by card on its way through the steps. */
import type { PaymentProvider } from "#core/gateway/index.ts";
import type * as Order from "#core/order/index.ts";
import type { Known } from "./decide.ts";
import type { Outcome, PaymentMessage } from "./message.ts";

export type Case = {
  order: Order.Order;
  attemptId: string;
  known?: Known;
  /** The buyer's own message, if this run is for it. Only this message may begin an attempt. */
  message?: PaymentMessage;
  /** The buyer gives up what they had to do. */
  cancel?: boolean;
  now: number;
};

/** What a step came to: the outcome of the run, or what is known of the payment now. `orderChanged`: the order has to be read again. */
export type Done = Outcome | { known: Known; orderChanged?: true };

/** A case whose attempt is on the order, with the gateway at which it was begun. */
export type Begun = Case & { attempt: Order.Attempt; gateway: PaymentProvider };
