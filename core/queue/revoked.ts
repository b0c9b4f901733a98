/** Whether a place that Redis does not have was used or left before. */
import type { Place } from "./tokens.ts";

/** A place that is older than its owner's last purchase or leaving is used. The basket in DynamoDB has that time, without Redis. */
export const isRevoked = async (place: Place, visit: { userId: string; eventId: string }): Promise<boolean> => {
  const Basket = await import("#core/basket/index.ts");
  return place.issuedAt <= (await Basket.revokedUntil(visit));
};
