/** A desk page about one event: it reads the event, also a draft, and shows the tabs and the page, or which role the page needs. */
import type { ComponentChildren } from "preact";
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { StatusPill } from "../events/status.tsx";
import { useQuery } from "../query.ts";
import { Failure, Skeleton } from "../ui/index.tsx";
import css from "./desk.module.css";
import * as Events from "./event-reads.ts";
import { Gate, ownerOf, Refused, Tabs } from "./gate.tsx";
import * as People from "./people-reads.ts";

type Props = {
  eventId: string;
  title: string;
  /** The least role in the event's organisation. */
  needs: People.Role | ((event: OrganiserEvent) => People.Role);
  /** `role`: the caller's own. */
  page: (event: OrganiserEvent, role: People.Role) => ComponentChildren;
};

const Loaded = ({ eventId, title, needs, page }: Props) => {
  const event = useQuery({ ...Events.event(eventId), refetchInterval: 5_000 });
  const mine = useQuery(People.organisations());
  const failed = [event, mine].find((read) => read.isError && !read.data);
  if (failed) return <Failure error={failed.error} retry={() => failed.refetch()} />;
  if (!event.data || !mine.data) return <Skeleton height="20rem" />;
  const owner = ownerOf(event.data, mine.data.items);
  const need = typeof needs === "function" ? needs(event.data) : needs;
  if (!owner || !People.atLeast(owner.role, need))
    return (
      <>
        {owner && <Tabs event={event.data} role={owner.role} />}
        <h1 tabIndex={-1}>{title}</h1>
        <Refused need={need} of={owner} />
      </>
    );
  return (
    <>
      <Tabs event={event.data} role={owner.role} />
      {page(event.data, owner.role)}
    </>
  );
};

/** A page with a heading of its own. */
export const EventGate = (props: Props) => (
  <Gate title={props.title}>
    <Loaded {...props} />
  </Gate>
);

/** `heading`: if it depends on the event. */
export const EventFrame = ({ heading, ...props }: Props & { heading?: (event: OrganiserEvent) => string }) => (
  <EventGate
    {...props}
    page={(event, role) => (
      <>
        <div>
          <p class="row">
            <span class="note soft">{event.title}</span>
            <StatusPill event={event} />
          </p>
          <h1 tabIndex={-1}>{heading?.(event) ?? props.title}</h1>
        </div>
        <div class={css.body}>{props.page(event, role)}</div>
      </>
    )}
  />
);
