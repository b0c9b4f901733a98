/** The rows of an event's orders, a page at a time. */
import { useState } from "preact/hooks";
import type { AdminOrder, Event } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { date, money, w } from "../i18n/index.ts";
import { seatName } from "../order/order-lines.tsx";
import { OrderPill } from "../order/order-pill.tsx";
import { useQuery } from "../query.ts";
import { Button, Failure, Skeleton } from "../ui/index.tsx";
import { adminOrders } from "./desk-reads.ts";

export type Filter = { eventId: string; q: string; status: AdminOrder["status"] | "" };

export const Rows = ({
  filter,
  cursor,
  event,
  onRefund,
}: {
  filter: Filter;
  cursor?: string;
  event: Event | undefined;
  onRefund: (order: AdminOrder) => void;
}) => {
  const list = useQuery({ ...adminOrders(filter, cursor), refetchInterval: 5_000 });
  const [more, setMore] = useState(false);
  const cell = (content: preact.ComponentChildren) => (
    <tr>
      <td colSpan={5}>{content}</td>
    </tr>
  );
  if (list.isError && !list.data) return cell(<Failure error={list.error} retry={() => list.refetch()} />);
  if (!list.data) return cell(<Skeleton height="4rem" />);
  const { items, next } = list.data;
  if (items.length === 0 && !cursor) return cell(d.refunds.none);
  return (
    <>
      {items.map((order) => (
        <Row key={order.orderId} order={order} event={event} onRefund={onRefund} />
      ))}
      {next && more && <Rows filter={filter} cursor={next} event={event} onRefund={onRefund} />}
      {next &&
        !more &&
        cell(
          <Button look="quiet" onClick={() => setMore(true)}>
            {w.app.more}
          </Button>,
        )}
    </>
  );
};

const Row = ({
  order,
  event,
  onRefund,
}: {
  order: AdminOrder;
  event: Event | undefined;
  onRefund: (order: AdminOrder) => void;
}) => (
  <tr>
    <td>
      <span class="mono">{order.orderId}</span>
      <br />
      <span class="soft">{order.email ?? order.userId}</span>
      {order.mailTo && <p class="note soft">{d.refunds.mailTo(order.mailTo.email)}</p>}
    </td>
    <td>
      {order.seats.map((seat) => (
        <div key={seat.seatId}>{seatName(seat, event)}</div>
      ))}
    </td>
    <td>{date(order.createdAt, "short")}</td>
    <td class="number">{money(order.total, order.currency)}</td>
    <td>
      <OrderPill order={order} />
      {order.payment?.disputed && <p class="note soft">{d.refunds.disputed}</p>}
      {order.status === "confirmed" && !order.payment?.disputed && (
        <div>
          <Button look="plain" onClick={() => onRefund(order)}>
            {d.refunds.refund}
          </Button>
        </div>
      )}
      {order.status === "refunding" && (
        <div>
          {order.payment?.refund === "failed" && <p class="note soft">{d.refunds.failed}</p>}
          <Button look="plain" onClick={() => onRefund(order)}>
            {d.refunds.otherwise}
          </Button>
        </div>
      )}
    </td>
  </tr>
);
