/** An order: its tickets, or its result. */

import { useEffect, useRef, useState } from "preact/hooks";
import * as Buyer from "../../../client/buyer.ts";
import type { Event, Order } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { Button, Failure, LinkButton, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { calendar, save } from "./calendar.ts";
import { Cancel } from "./cancel.tsx";
import { OrderLines, seatName } from "./order-lines.tsx";
import { OrderPill } from "./order-pill.tsx";
import { ended, isPayable, isVoided, waitsForBuyer } from "./outcome.ts";
import { nextRead } from "./pay.ts";
import tickets from "./ticket.module.css";
import { Ticket } from "./ticket.tsx";

/** The button becomes its result, so that nobody asks twice without need. */
const MailAgain = ({ orderId }: { orderId: string }) => {
  const [asked, setAsked] = useState(false);
  const asking = useAction(async () => {
    await Buyer.askMail(api, orderId);
    setAsked(true);
  });
  if (asked) return <span role="status">{w.order.mailAsked}</span>;
  return (
    <>
      <Button look="quiet" busy={asking.busy} onClick={() => asking.run()}>
        {w.order.mailAgain}
      </Button>
      {asking.error !== undefined && <Failure error={asking.error} />}
    </>
  );
};

const Tickets = ({ order, event }: { order: Order; event: Event | undefined }) => (
  <>
    <div class={tickets.tickets}>
      {order.tickets?.map((ticket, at) => (
        <Ticket key={ticket.ticketId} order={order} event={event} at={at} />
      ))}
    </div>
    <div class={`row ${tickets.noPrint}`}>
      {event && (
        <Button
          look="quiet"
          onClick={() =>
            save(
              "onsale.ics",
              "text/calendar",
              calendar(
                order,
                event,
                order.seats.map((seat) => seatName(seat, event)),
                serverNow(),
              ),
            )
          }
        >
          {w.order.calendar}
        </Button>
      )}
      <MailAgain orderId={order.orderId} />
      <Button look="quiet" onClick={() => print()}>
        {w.order.print}
      </Button>
      <span class="note soft">{w.order.bright}</span>
    </div>
  </>
);

const Shown = ({ orderId }: { orderId: string }) => {
  const since = useRef(Date.now());
  const query = useQuery({
    ...Reads.order(orderId),
    refetchInterval: ({ state }) => nextRead(state.data, since.current),
  });
  const order = query.data;
  const { data: event } = useQuery({
    ...Reads.event(order?.eventId ?? ""),
    enabled: order !== undefined,
    staleTime: 60_000,
  });
  if (!order)
    return query.isError ? (
      <Failure error={query.error} text={w.order.failed} retry={() => query.refetch()} />
    ) : (
      <Skeleton height="24rem" />
    );
  const total = money(order.total, order.currency);
  const payable = isPayable(order, serverNow());
  const refunding = order.eventCancelled ? w.order.eventCancelledRefunding : w.order.refundingText;
  const isOff = order.eventCancelled || event?.status === "cancelled";
  const title =
    order.status === "confirmed"
      ? w.checkout.done
      : isVoided(order)
        ? ended(order).title
        : w.order.status[order.status];
  return (
    <>
      <Title>{event?.title ?? w.order.title}</Title>
      <div class="stack">
        <div class={tickets.noPrint}>
          <OrderPill order={order} />
        </div>
        <h1 tabIndex={-1}>{title}</h1>
        {event && (
          <p>
            <Link href={`/events/${event.eventId}`}>{event.title}</Link>
            <br />
            <span class="soft">
              {date(event.startsAt, "full")} · {event.venue}
            </span>
          </p>
        )}
      </div>
      {isOff && <Notice tone="bad">{w.order.eventCancelled[order.status === "confirmed" ? "open" : "over"]}</Notice>}
      {!isOff && (payable || waitsForBuyer(order)) && (
        <div>
          <LinkButton look="signal" big href={`/orders/${orderId}/pay`}>
            {payable ? w.order.pay : w.checkout.bank.begin}
          </LinkButton>
        </div>
      )}
      {order.status === "refunded" && (
        <Notice tone="good">
          {order.payment?.refund === "otherwise"
            ? w.order.otherwiseText(total)
            : w.order.refundedText[order.payment?.method ?? "points"](total)}
        </Notice>
      )}
      {order.status === "refunding" && (
        <Notice tone="warn">
          {order.payment?.refund === "failed" ? w.order.refundFailedText(total) : refunding(total)}
        </Notice>
      )}
      {(order.status === "expired" || order.status === "released" || (order.status === "held" && !payable)) && (
        <Notice {...(isVoided(order) && { tone: "bad" as const })}>{ended(order).text}</Notice>
      )}
      {order.unsentMails?.map(
        ({ about, reason }) =>
          about === order.status && (
            <Notice key={about} tone="warn">
              {w.order.unsent[about][reason]}
            </Notice>
          ),
      )}
      {order.mailTo && <Notice>{w.order.mailTo(order.mailTo.email, date(order.mailTo.at))}</Notice>}
      {order.status === "confirmed" && !isOff && <Tickets order={order} event={event} />}
      <div class={`stack ${tickets.noPrint}`}>
        <OrderLines order={order} event={event} />
        <p class="note soft">
          {w.order.number} <span class="mono">{order.orderId}</span> · {w.order.placed} {date(order.createdAt)}
          {order.payment?.status === "approved" &&
            !order.payment.reason &&
            ` · ${w.order.paidBy[order.payment.method]}`}
        </p>
        {order.status === "confirmed" && !isOff && event && <Cancel order={order} event={event} />}
      </div>
    </>
  );
};

export default function OrderPage({ params }: PageProps) {
  const user = useUser();
  const orderId = params.orderId ?? "";
  useEffect(() => {
    if (!user) go(`/sign-in?to=${encodeURIComponent(`/orders/${orderId}`)}`, { replace: true });
  }, [user]);
  return <div class="column">{user && <Shown key={user} orderId={orderId} />}</div>;
}
