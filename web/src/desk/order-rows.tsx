/** An order in the list of an event's orders, with what can be done about it. */
import type { AdminOrder, Event } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { date, money } from "../i18n/index.ts";
import { seatName } from "../order/order-lines.tsx";
import { OrderPill } from "../order/order-pill.tsx";
import { Button } from "../ui/index.tsx";
import { hasMail, isOwed } from "./order-questions.ts";
import css from "./orders-page.module.css";

/** - `mail`: its e-mail is sent again; - `address`: its e-mails go to another address; - `refund`: also if the card does not take it back. */
export type Wish = "mail" | "address" | "refund";

type Props = {
  order: AdminOrder;
  event: Event | undefined;
  /** Its e-mail is being asked for. */
  busy: boolean;
  onWish: (wish: Wish) => void;
};

export const OrderRow = ({ order, event, busy, onWish }: Props) => {
  const who = order.email ?? order.userId;
  const wish = (what: Wish, text: string) => (
    <Button look="plain" busy={what === "mail" && busy} aria-label={`${text}: ${who}`} onClick={() => onWish(what)}>
      {text}
    </Button>
  );
  return (
    <li>
      <div class={css.who}>
        <b>{who}</b>
        {order.mailTo && <p class="note soft">{d.refunds.mailTo(order.mailTo.email)}</p>}
        <p class="note soft mono">{order.orderId}</p>
      </div>
      <ul class="note">
        {order.seats.map((seat) => (
          <li key={seat.seatId}>{seatName(seat, event)}</li>
        ))}
      </ul>
      <div class={css.sum}>
        <span class="number">{money(order.total, order.currency)}</span>
        <time class="note soft" dateTime={order.createdAt}>
          {date(order.createdAt, "short")}
        </time>
      </div>
      <div class={css.state}>
        <OrderPill order={order} />
        {order.payment?.disputed && <p class="note soft">{d.refunds.disputed}</p>}
        {order.payment?.refund === "failed" && <p class="note soft">{d.refunds.failed}</p>}
      </div>
      <div class={css.wishes}>
        {hasMail(order) && wish("mail", d.orderMail.again)}
        {(hasMail(order) || isOwed(order)) && order.email && wish("address", d.orderMail.other)}
        {order.status === "confirmed" && !order.payment?.disputed && wish("refund", d.refunds.refund)}
        {isOwed(order) && wish("refund", d.refunds.otherwise)}
      </div>
    </li>
  );
};
