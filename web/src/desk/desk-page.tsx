/** The organiser's events, with links to all pages of the desk. */
import { useState } from "preact/hooks";
import * as Reads from "../api/reads.ts";
import { StatusPill } from "../events/status.tsx";
import { d } from "../i18n/desk.ts";
import { date, number, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { Link } from "../router.tsx";
import { Button, Failure, LinkButton, Skeleton } from "../ui/index.tsx";
import css from "./desk.module.css";
import { Gate } from "./gate.tsx";

const Events = () => {
  const [pages, setPages] = useState(1);
  const list = useQuery({ ...Reads.events({}, pages), refetchInterval: 15_000, placeholderData: (before) => before });
  if (list.isError && !list.data) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (!list.data) return <Skeleton height="16rem" />;
  return (
    <>
      <table class={css.table}>
        <thead>
          <tr>
            <th scope="col">{d.events}</th>
            <th scope="col">{d.new.startsAt}</th>
            <th scope="col">{d.new.capacity}</th>
            <th scope="col">{d.refunds.status}</th>
          </tr>
        </thead>
        <tbody>
          {list.data.items.map((event) => (
            <tr key={event.eventId}>
              <td>
                <Link href={`/desk/events/${event.eventId}`}>{event.title}</Link>
                <br />
                <span class="soft">{event.venue}</span>
              </td>
              <td>{date(event.startsAt, "short")}</td>
              <td class="number">{number(event.sections.reduce((sum, { capacity }) => sum + capacity, 0))}</td>
              <td>
                <StatusPill event={event} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.data.more && (
        <div>
          <Button look="quiet" busy={list.isFetching} onClick={() => setPages(pages + 1)}>
            {w.app.more}
          </Button>
        </div>
      )}
    </>
  );
};

export default function DeskPage() {
  return (
    <Gate title={d.title}>
      <div class="spread">
        <h1 tabIndex={-1}>{d.title}</h1>
        <div class="row">
          <LinkButton href="/desk/new">{d.create}</LinkButton>
          <LinkButton look="quiet" href="/desk/check-in">
            {d.checkIn}
          </LinkButton>
        </div>
      </div>
      <Events />
    </Gate>
  );
}
