/** All events of the organisers: what needs attention, then the list with a filter. */
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { StatusPill } from "../events/status.tsx";
import { d } from "../i18n/desk.ts";
import { date, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { Link, type PageProps } from "../router.tsx";
import { Failure, LinkButton, Skeleton } from "../ui/index.tsx";
import { Paged } from "../ui/paged.tsx";
import { Attention } from "./attention.tsx";
import css from "./desk.module.css";
import * as Events from "./event-reads.ts";
import { Gate, ownerOf, tabsOf } from "./gate.tsx";
import * as People from "./people-reads.ts";
import { filterOf, Search } from "./search.tsx";

const states = ["draft", "scheduled", "onsale", "paused", "soldout", "closed", "cancelled"] as const;

/** An event, with a link to the first of its pages that the caller's role may open. */
const Row = ({ event, mine }: { event: OrganiserEvent; mine: People.Organisation[] }) => {
  const owner = ownerOf(event, mine);
  const [page] = owner ? tabsOf(event, owner.role) : [];
  return (
    <li key={event.eventId}>
      <div>
        {page ? <Link href={page.href}>{event.title}</Link> : event.title}
        <p class="note soft">{event.venue}</p>
      </div>
      <span class="note">{date(event.startsAt, "year")}</span>
      <span class="note number">
        {d.overview.seats(event.sections.reduce((sum, { capacity }) => sum + capacity, 0))}
      </span>
      <StatusPill event={event} />
    </li>
  );
};

const Everything = ({ filter }: { filter: Events.Filter }) => {
  const list = useQuery(People.organisations());
  if (!list.data)
    return list.isError ? <Failure error={list.error} retry={() => list.refetch()} /> : <Skeleton height="16rem" />;
  const mine = list.data.items;
  const may = (least: People.Role) => mine.some(({ role }) => People.atLeast(role, least));
  return (
    <>
      <div class="spread">
        <h1 tabIndex={-1}>{d.title}</h1>
        <div class="row">
          {may("manager") && <LinkButton href="/desk/new">{d.create}</LinkButton>}
          <LinkButton look="quiet" href="/desk/check-in">
            {d.checkIn}
          </LinkButton>
          {mine[0] && (
            <LinkButton look="quiet" href={`/desk/organisations/${mine[0].organisationId}`}>
              {d.people.title}
            </LinkButton>
          )}
        </div>
      </div>
      {may("box-office") && <Attention />}
      <Search
        path="/desk"
        filter={filter}
        label={d.overview.find}
        maxLength={200}
        stateLabel={d.overview.state}
        any={d.overview.any}
        states={states}
        nameOf={(state) => w.status[state]}
      />
      <Paged
        key={JSON.stringify(filter)}
        read={(cursor) => Events.events(filter, cursor)}
        class={css.events}
        row={(event) => <Row event={event} mine={mine} />}
        empty={<p>{d.overview.none}</p>}
        height="16rem"
      />
    </>
  );
};

export default function DeskPage({ query }: PageProps) {
  const filter = filterOf(query, states);
  return (
    <Gate title={d.title}>
      <Everything filter={filter} />
    </Gate>
  );
}
