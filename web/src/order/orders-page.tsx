/** My orders, newest first. */
import { useEffect, useState } from "preact/hooks";
import type { Order } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { Poster } from "../events/poster.tsx";
import { date, money, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link } from "../router.tsx";
import { Button, Failure, LinkButton, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import css from "./order.module.css";
import { OrderPill } from "./order-pill.tsx";

const Item = ({ order }: { order: Order }) => {
  const { data: event } = useQuery({ ...Reads.event(order.eventId), staleTime: 60_000 });
  return (
    <li>
      <Link href={`/orders/${order.orderId}${order.status === "held" ? "/pay" : ""}`}>
        {event ? <Poster event={event} /> : <Skeleton height="3.500rem" />}
        <div>
          <b>{event?.title ?? order.orderId}</b>
          <p>{event && date(event.startsAt)}</p>
          <p class="row">
            <OrderPill status={order.status} />
            <span>{w.order.tickets(order.seats.length)}</span>
            <span class="number">{money(order.total, order.currency)}</span>
          </p>
        </div>
      </Link>
    </li>
  );
};

/** One page of the list, and the next one below it when asked for. */
const Page = ({ cursor }: { cursor?: string | undefined }) => {
  const list = useQuery(Reads.orders(cursor));
  const [more, setMore] = useState(false);
  if (list.isError && !list.data) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (!list.data) return <Skeleton height="6rem" />;
  const { items, next } = list.data;
  if (items.length === 0 && !cursor)
    return (
      <div class="stack">
        <p>
          {w.order.none} {w.order.noneText}
        </p>
        <div>
          <LinkButton href="/">{w.app.home}</LinkButton>
        </div>
      </div>
    );
  return (
    <>
      <ul class={css.list}>
        {items.map((order) => (
          <Item key={order.orderId} order={order} />
        ))}
      </ul>
      {next && more && <Page cursor={next} />}
      {next && !more && (
        <div>
          <Button look="quiet" onClick={() => setMore(true)}>
            {w.app.more}
          </Button>
        </div>
      )}
    </>
  );
};

export default function OrdersPage() {
  const user = useUser();
  useEffect(() => {
    if (!user) go("/sign-in?to=/orders", { replace: true });
  }, [user]);
  return (
    <div class={css.page}>
      <Title>{w.order.title}</Title>
      <h1 tabIndex={-1}>{w.order.title}</h1>
      {user && <Page key={user} />}
    </div>
  );
}
