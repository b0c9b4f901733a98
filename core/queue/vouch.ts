/** Whether a place that Redis has forgotten may still be used. */
import type { Place } from "./tokens.ts";

/** A place from before its owner last paid or left is a used one: the basket in DynamoDB remembers what Redis has forgotten. */
export const vouch = async (place: Place, visit: { userId: string; eventId: string }): Promise<boolean> => {
  const Order = await import("#core/order/index.ts");
  return place.issuedAt > (await Order.barredUntil(visit));
};
