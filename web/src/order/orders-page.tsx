/** My orders, newest first. */
import { useEffect } from "preact/hooks";
import type { Order } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { Poster } from "../events/poster.tsx";
import { date, money, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link } from "../router.tsx";
import { LinkButton, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { Paged } from "../ui/paged.tsx";
import css from "./order.module.css";
import { OrderPill } from "./order-pill.tsx";
import { isVoided, waitsForBuyer } from "./outcome.ts";

const Item = ({ order }: { order: Order }) => {
  const { data: event } = useQuery({ ...Reads.event(order.eventId), staleTime: 60_000 });
  return (
    <li>
      <Link href={`/orders/${order.orderId}${order.status === "held" || waitsForBuyer(order) ? "/pay" : ""}`}>
        {event ? <Poster event={event} /> : <Skeleton height="3.500rem" />}
        <div>
          <b>{event?.title ?? order.orderId}</b>
          <p>{event && date(event.startsAt)}</p>
          <p class="row">
            <OrderPill order={order} />
            <span>{w.order.tickets(order.seats.length)}</span>
            <span class="number">{money(order.total, order.currency)}</span>
          </p>
          {isVoided(order) && <p class="note">{w.order.voidedText}</p>}
        </div>
      </Link>
    </li>
  );
};

const None = () => (
  <div class="stack">
    <p>
      {w.order.none} {w.order.noneText}
    </p>
    <div>
      <LinkButton href="/">{w.app.home}</LinkButton>
    </div>
  </div>
);

const Orders = () => (
  <Paged
    read={Reads.orders}
    class={css.list}
    row={(order) => <Item key={order.orderId} order={order} />}
    empty={<None />}
    height="6rem"
  />
);

export default function OrdersPage() {
  const user = useUser();
  useEffect(() => {
    if (!user) go("/sign-in?to=/orders", { replace: true });
  }, [user]);
  return (
    <div class="column">
      <Title>{w.order.title}</Title>
      <h1 tabIndex={-1}>{w.order.title}</h1>
      {user && <Orders key={user} />}
    </div>
  );
}
