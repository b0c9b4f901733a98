/** A ticket as it is shown at the entrance. Its background stays white in dark mode, because scanners need it. */
import type { Event, Order } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import { date, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { Failure, Skeleton } from "../ui/index.tsx";
import { SvgImage } from "../ui/svg-image.tsx";
import { seatName } from "./order-lines.tsx";
import css from "./ticket.module.css";

/** The code's picture. A ticket never changes, so the picture is loaded once and stays available offline. */
const qr = (ticketId: string) => ({
  queryKey: ["qr", ticketId] as const,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  queryFn: () => api.call("GET /v1/tickets/{ticketId}/qr", { params: { ticketId } }),
});

const Code = ({ ticketId, label }: { ticketId: string; label: string }) => {
  const code = useQuery(qr(ticketId));
  if (code.isError && !code.data)
    return <Failure error={code.error} text={w.order.qrFailed} retry={() => code.refetch()} />;
  return code.data ? (
    <SvgImage svg={code.data} alt={w.order.qrAlt(label)} width="208" height="208" />
  ) : (
    <Skeleton height="13rem" width="13rem" />
  );
};

export const Ticket = ({ order, event, at }: { order: Order; event: Event | undefined; at: number }) => {
  const ticket = order.tickets?.[at];
  const seat = order.seats.find(({ seatId }) => seatId === ticket?.seatId);
  if (!ticket || !seat) return null;
  const name = seatName(seat, event);
  return (
    <article class={css.ticket} aria-label={w.order.ticket(at + 1, order.tickets?.length ?? 1)}>
      <header>
        <p>{event?.title}</p>
        <h2>{name}</h2>
        <p>
          {event && date(event.startsAt)}
          <br />
          {event?.venue}
        </p>
      </header>
      <div class={css.tear} />
      <div class={css.qr}>
        <Code ticketId={ticket.ticketId} label={name} />
      </div>
      <footer>
        {seat.category} · {w.order.ticket(at + 1, order.tickets?.length ?? 1)}
      </footer>
    </article>
  );
};
