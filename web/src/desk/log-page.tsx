/** Who changed what of an event, and when. */
import type { LogEntry, OrganiserEvent } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { date, zone } from "../i18n/index.ts";
import type { PageProps } from "../router.tsx";
import { Paged } from "../ui/paged.tsx";
import css from "./desk.module.css";
import { EventFrame } from "./event-frame.tsx";
import * as Events from "./event-reads.ts";
import { actionOf, authorOf, linesOf } from "./log-words.ts";

const Entry = ({ entry, event }: { entry: LogEntry; event: OrganiserEvent }) => (
  <li key={entry.logId}>
    <div class="spread">
      <h2 class={css.entry}>{actionOf(entry)}</h2>
      <time class="note soft number" dateTime={entry.at}>
        {date(entry.at, "year")}
      </time>
    </div>
    <p class="note soft">{authorOf(entry)}</p>
    {entry.subject && <p class="note mono">{entry.subject}</p>}
    {linesOf(entry, event).map((line) => (
      <p class="note" key={line}>
        {line}
      </p>
    ))}
  </li>
);

const Log = ({ event }: { event: OrganiserEvent }) => (
  <>
    <p class="soft">
      {d.log.lead} {d.new.timeZone(zone())}
    </p>
    <Paged
      read={(cursor) => Events.log(event.eventId, cursor)}
      class={css.list}
      row={(entry) => <Entry entry={entry} event={event} />}
      empty={<p>{d.log.none}</p>}
      height="16rem"
    />
  </>
);

export default function LogPage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  return <EventFrame eventId={eventId} title={d.log.title} page={(event) => <Log event={event} />} />;
}
