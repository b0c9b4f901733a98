/** Who changed what of an event, and when. */
import { d } from "../i18n/desk.ts";
import { zone } from "../i18n/index.ts";
import type { PageProps } from "../router.tsx";
import { EventFrame } from "./event-frame.tsx";
import * as Events from "./event-reads.ts";
import { LogList } from "./log-list.tsx";

export default function LogPage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  return (
    <EventFrame
      eventId={eventId}
      title={d.log.title}
      needs="manager"
      page={(event) => (
        <>
          <p class="soft">
            {d.log.lead} {d.new.timeZone(zone())}
          </p>
          <LogList read={(cursor) => Events.log(eventId, cursor)} currency={event.currency} />
        </>
      )}
    />
  );
}
