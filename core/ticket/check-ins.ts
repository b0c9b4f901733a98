/** Check-ins as they are stored. */
import { getAll } from "#core/lib/dynamo-batch.ts";
import * as Order from "#core/order/index.ts";

/** `checkedInAt` in epoch ms. */
export type CheckInFacts = { ticketId: string; checkedInAt: number; checkedInBy: string };

/** The check-ins of these tickets, by ticket id. A ticket that is not checked in has none. */
export const checkInsOf = async (
  tickets: { userId: string; ticketId: string }[],
): Promise<Map<string, CheckInFacts>> => {
  const items = await getAll(
    "Orders",
    tickets.map(({ userId, ticketId }) => Order.checkInKey(userId, ticketId)),
  );
  return new Map(
    items.map(({ ticketId, checkedInAt, checkedInBy }) => [ticketId, { ticketId, checkedInAt, checkedInBy }]),
  );
};
