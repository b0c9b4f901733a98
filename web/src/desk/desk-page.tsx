/** All events of the organisers, drafts too. */
import type { Event } from "../../../client/shapes.ts";
import { StatusPill } from "../events/status.tsx";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { Link } from "../router.tsx";
import { LinkButton } from "../ui/index.tsx";
import { Paged } from "../ui/paged.tsx";
import css from "./desk.module.css";
import * as Events from "./event-reads.ts";
import { Gate } from "./gate.tsx";

const Row = ({ event }: { event: Event }) => (
  <li key={event.eventId}>
    <div>
      <Link href={`/desk/events/${event.eventId}${event.status === "draft" ? "/edit" : ""}`}>{event.title}</Link>
      <p class="note soft">{event.venue}</p>
    </div>
    <span class="note">{date(event.startsAt, "year")}</span>
    <span class="note number">{d.overview.seats(event.sections.reduce((sum, { capacity }) => sum + capacity, 0))}</span>
    <StatusPill event={event} />
  </li>
);

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
      <Paged
        read={Events.events}
        class={css.events}
        row={(event) => <Row event={event} />}
        empty={<p>{d.overview.none}</p>}
        height="16rem"
      />
    </Gate>
  );
}
