/** Whether a place that Redis does not know may still be used. */
import type { Place } from "./tokens.ts";

/** A place from before its owner last paid or left is a used one: the basket in DynamoDB remembers that without Redis. */
export const isRevoked = async (place: Place, visit: { userId: string; eventId: string }): Promise<boolean> => {
  const Basket = await import("#core/basket/index.ts");
  return place.issuedAt <= (await Basket.revokedUntil(visit));
};
