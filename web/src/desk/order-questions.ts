/** What an organiser is asked before something happens to an order. */
import type { AdminOrder } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { isVoided } from "../order/outcome.ts";

/** `otherwise`: the money was returned in another way. */
export type Question = { order: AdminOrder; about: "refund" | "otherwise" | "address" };

/** There is an e-mail about its state, and an account that it belongs to. */
export const hasMail = (order: AdminOrder): boolean =>
  order.email !== undefined && (order.status === "confirmed" || order.status === "refunded" || isVoided(order));

/** The gateway has not returned its money yet. */
export const isOwed = ({ status }: AdminOrder): boolean => status === "refunding";

/** Of a refund: the dialog's texts, and what the request says. `used`: a ticket was used, and it is refunded all the same. */
export const refundOf = (about: "refund" | "used" | "otherwise") => {
  const { ask, yes, no, done, askUsed, yesUsed, otherwiseAsk, otherwiseYes, otherwiseNo, otherwiseDone } = d.refunds;
  return {
    refund: { words: {}, text: ask, yes, no, done },
    used: { words: { force: true as const }, text: askUsed, yes: yesUsed, no, done },
    otherwise: {
      ...{ words: { returnedOtherwise: true as const }, text: otherwiseAsk, yes: otherwiseYes },
      ...{ no: otherwiseNo, done: otherwiseDone },
    },
  }[about];
};
