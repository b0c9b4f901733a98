/** The card pays: the buyer gets the tickets, before the money is taken. */
import type { Seen } from "#core/gateway/index.ts";
import { transact } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";
import type { Begun, Done } from "./case.ts";
import { close } from "./close.ts";
import { paid } from "./decided.ts";
import { conflictRetries } from "./write.ts";

/** paying → confirmed; or the attempt is closed, because its seats are another order's. */
export const confirm = async (at: Begun, payment: Seen): Promise<Done> => {
  const { order, attemptId, known } = at;
  const { paymentId } = payment;
  const { token: _token, action: _action, ...kept } = at.attempt;
  const attempt: Order.Attempt = { ...kept, status: "approved", paymentId };
  const refusals = await transact(Order.Transitions.confirm({ order, attemptId, attempt }), conflictRetries);
  if (!refusals) paid(order, attempt.acceptedAt);
  const reason = refusals && Order.Refusals.reasonOf(refusals, order);
  if (reason) await close(at, { reason, payment, owes: true });
  return { known, orderChanged: true };
};
