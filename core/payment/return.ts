/** A buyer comes back from their bank's check. The worker asks the gateway, which alone decides. */
import { memo } from "#core/lib/memo.ts";
import * as Order from "#core/order/index.ts";
import { post } from "./message.ts";

/** ms between two questions about one attempt by one environment. A page may ask more often. */
const askedAgainAfterMs = 2_000;
const asked = memo<void>(1_000);

/** Sends the worker a message to look again. With `cancel` the worker closes the attempt. Answers the order as it is. 404 `order.not_found`. */
export const returned = async (args: {
  userId: string;
  orderId: string;
  cancel?: boolean | undefined;
  now: number;
}): Promise<Order.Order> => {
  const { userId, orderId, cancel, now } = args;
  const order = await Order.get({ userId, orderId });
  const { attemptId = "" } = order;
  if (order.attempts[attemptId]?.status !== "pending") return order;
  const ask = () => post({ kind: "return", userId, orderId, attemptId, cancel });
  await asked.get(`${attemptId} ${cancel}`, { now, maxAge: askedAgainAfterMs }, ask);
  return order;
};
