/** A desk page about one event: it reads the event, also a draft, and shows the tabs, the title and the page. */
import type { ComponentChildren } from "preact";
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { StatusPill } from "../events/status.tsx";
import { useQuery } from "../query.ts";
import { Failure, Skeleton } from "../ui/index.tsx";
import css from "./desk.module.css";
import * as Events from "./event-reads.ts";
import { Gate, Tabs } from "./gate.tsx";

type Props = {
  eventId: string;
  title: string;
  /** The heading, if it depends on the event. */
  heading?: (event: OrganiserEvent) => string;
  page: (event: OrganiserEvent) => ComponentChildren;
};

const Loaded = ({ eventId, title, heading, page }: Props) => {
  const event = useQuery({ ...Events.event(eventId), refetchInterval: 5_000 });
  if (!event.data)
    return event.isError ? <Failure error={event.error} retry={() => event.refetch()} /> : <Skeleton height="20rem" />;
  return (
    <>
      <Tabs eventId={eventId} draft={event.data.status === "draft"} />
      <div>
        <p class="row">
          <span class="note soft">{event.data.title}</span>
          <StatusPill event={event.data} />
        </p>
        <h1 tabIndex={-1}>{heading?.(event.data) ?? title}</h1>
      </div>
      <div class={css.body}>{page(event.data)}</div>
    </>
  );
};

export const EventFrame = (props: Props) => (
  <Gate title={props.title}>
    <Loaded {...props} />
  </Gate>
);
