/**
 * Paying by card: the order is written as paying before the gateway is asked; then authorise, settle as with points, capture.
 * `decide` says what comes next, and `execute` does that one step. After a crash at any step, the next run continues.
 */
import * as Gateway from "#core/gateway/index.ts";
import * as Order from "#core/order/index.ts";
import { authorise, show } from "./authorise.ts";
import { begin } from "./begin.ts";
import type { Begun, Case, Done } from "./case.ts";
import { close } from "./close.ts";
import { confirm } from "./confirm.ts";
import { decide, type Known, type Step } from "./decide.ts";
import { refunded, reopen, revoke } from "./giving-back.ts";
import type { Outcome, PaymentMessage } from "./message.ts";
import { write } from "./write.ts";

/** Steps of one run. A whole payment has seven steps, and at each the order may have changed. */
const maxSteps = 20;

/** Settles one attempt by card, from the step that it has reached. With the outcome's `again` the message has to come again. */
export const settleCard = async (message: PaymentMessage, now: number): Promise<Outcome> => {
  const { userId, orderId, attemptId, acceptedAt } = message;
  const order = await Order.find({ userId, orderId });
  if (!order || acceptedAt > order.payBy) return { outcome: "dropped" };
  return advance({ order, attemptId, message, now });
};

/** Brings order and gateway to the same state, as far as the gateway allows. Repeating it changes nothing more. 503 `order.busy`. */
export const advance = async (given: Case): Promise<Outcome> => {
  let at = given;
  for (let steps = 0; steps < maxSteps; steps++) {
    const done = await execute(decide(at.order, at.attemptId, at.known, at.now, at.cancel), at);
    if ("outcome" in done) return { ...done, ...facts(at) };
    const order = done.orderChanged ? await Order.find(at.order) : at.order;
    if (!order) return { outcome: "dropped", ...facts(at) };
    at = { ...at, order, known: done.known };
  }
  throw Order.OrderBusy();
};

/** Does one step. */
const execute = async (step: Step, given: Case): Promise<Done> => {
  if (step.do === "begin") return begin(given);
  if (step.do === "end") return { outcome: step.outcome };
  const at = begun(given);
  switch (step.do) {
    case "ask":
      return { known: await ask(at) };
    case "authorise":
      return { known: await answer(() => authorise(at, step.payment)) };
    case "show":
      return show(at, step.payment);
    case "confirm":
      return confirm(at, step.payment);
    case "decline":
      await close(at, step);
      // A payment of another order is not looked at any longer.
      return { known: typeof at.known === "object" ? step.payment : at.known, orderChanged: true };
    case "capture":
      return { known: await answer(() => Gateway.capture(at.gateway, step.payment)) };
    case "undo":
      return undone(at, await answer(() => Gateway.giveBack(at.gateway, step.payment, step.refund)));
    case "revoke":
      return revoke(at);
    case "refunded":
      return refunded(at);
    case "reopen":
      return reopen(at);
    case "settle":
      return settled(at, step.outcome);
    case "wait":
      return { outcome: step.outcome, again: step.again };
  }
};

const begun = (at: Case): Begun => {
  const attempt = at.order.attempts[at.attemptId];
  if (!attempt) throw new Error(`Order ${at.order.orderId} has no attempt ${at.attemptId}`);
  return { ...at, attempt, gateway: Gateway.provider(attempt.provider) };
};

/** The attempt's payment as the gateway has it. */
export const ask = (at: Case): Promise<Known> => {
  const { attempt, gateway } = begun(at);
  const { paymentId } = attempt;
  return answer(async () => (paymentId === undefined ? "none" : gateway.get(paymentId)));
};

/** The gateway's answer. If it does not answer, that is a result and not an error. */
const answer = async (call: () => Promise<Known>): Promise<Known> => {
  try {
    return await call();
  } catch (error) {
    if (Gateway.GatewaySilent.is(error)) return "silent";
    throw error;
  }
};

/** The debt ends. The attempt itself stays as it is. */
const settled = async ({ order, attemptId, attempt, known }: Begun, outcome: string): Promise<Done> =>
  (await write(Order.Transitions.settled({ order, attemptId })))
    ? { outcome, acceptedAt: attempt.acceptedAt }
    : { known, orderChanged: true };

/** After an undo. If the order has no debt for the payment, only the message that named it can bring it again. */
const undone = (at: Case, known: Known): Done =>
  known === "silent" && at.order.owed?.[at.attemptId] === undefined ? { outcome: "silent", again: true } : { known };

/** Facts of an outcome for the log: the gateway, and its reason for a decline. */
const facts = ({ order, attemptId }: Case): Pick<Outcome, "provider" | "code"> => {
  const { provider, code } = order.attempts[attemptId] ?? {};
  return { provider, code };
};
