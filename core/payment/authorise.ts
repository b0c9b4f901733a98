/** Asking the card. */
import * as Gateway from "#core/gateway/index.ts";
import * as Order from "#core/order/index.ts";
import type { Begun, Done } from "./case.ts";
import { write } from "./write.ts";

/** The payment after its card was asked. Throws `GatewaySilent` if the card was not asked. */
export const authorise = async (at: Begun, prepared: Gateway.Seen): Promise<Gateway.Seen> => {
  const { order, attempt, gateway, now } = at;
  const asked = { token: attempt.token, returnTo: `/orders/${order.orderId}/pay`, now };
  const payment = await Gateway.authorise(gateway, prepared, asked);
  if (payment.status === "prepared") throw Gateway.GatewaySilent("the card was not asked");
  return payment;
};

/** The buyer has something to do. It is written on the order, and only its owner sees it. */
export const show = async (at: Begun, { action }: Gateway.Seen): Promise<Done> => {
  const { order, attemptId } = at;
  const attempt: Order.Attempt = { ...at.attempt, action };
  return (await write(Order.Transitions.asked({ order, attemptId, attempt })))
    ? { outcome: "pending" }
    : { known: at.known, orderChanged: true };
};
