/** What must be over before an account is erased. */
import type { Item } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";
import * as Stored from "./stored.ts";

export type Records = { orders: Order.Order[]; charges: Item[]; balance: number; hasEntries: boolean };

/** A user's orders and money, as last written. */
export const records = async (userId: string): Promise<Records> => {
  const found: Records = { orders: [], charges: [], balance: 0, hasEntries: false };
  for (const table of ["Orders", "Accounts"] as const)
    for await (const item of Stored.itemsOf({ table, pk: `USER#${userId}` }, userId)) {
      const sk = String(item.sk);
      if (sk.startsWith("ORDER#")) found.orders.push(Order.toOrder(item));
      else if (sk === "WALLET") found.balance = item.balance ?? 0;
      else if (sk.startsWith("KEY#")) found.charges.push(item);
      else if (sk.startsWith("ENTRY#")) found.hasEntries = true;
    }
  return found;
};

/** The ids of orders and charges that are not over. A hold that has lapsed is. */
export const open = ({ orders, charges }: Records, now: number): string[] => [
  ...orders.filter((order) => isOpen(order, now)).map(({ orderId }) => orderId),
  ...charges.filter(({ state }) => state !== "done" && state !== "declined").map(({ chargeId }) => chargeId),
];

const isOpen = (order: Order.Order, now: number): boolean =>
  Object.keys(order.owed ?? {}).length > 0 || ["held", "paying", "refunding"].includes(Order.statusAt(order, now));

/** Orders whose e-mail is still to go out, with the tickets of a purchase that was in flight. */
export const unmailed = ({ orders }: Records): string[] =>
  orders
    .filter((order) => {
      const mail = Order.mailOf(order);
      return mail && order[`${mail}MailedAt`] === undefined && order[`${mail}Unsent`] === undefined;
    })
    .map(({ orderId }) => orderId);
