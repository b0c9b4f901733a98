/** An event's orders, tickets, payments and check-ins as files. */
import { d } from "../i18n/desk.ts";
import type { PageProps } from "../router.tsx";
import { Button, Failure } from "../ui/index.tsx";
import css from "./desk.module.css";
import { EventFrame } from "./event-frame.tsx";
import { useExport } from "./export-file.ts";

const Export = ({ eventId, kind, text }: { eventId: string; kind: string; text: string }) => {
  const { state, start, retry, cancel } = useExport({ eventId, kind });
  const name = d.log.values[kind] ?? kind;
  const lines = d.exports.lines(Math.max(0, state?.part.lines ?? 0));
  return (
    <li class="stack">
      <div>
        <h2 class={css.entry}>{name}</h2>
        <p class="note soft">{text}</p>
      </div>
      <div class="row">
        <Button look="quiet" busy={state?.busy ?? false} aria-label={`${d.exports.download}: ${name}`} onClick={start}>
          {d.exports.download}
        </Button>
        {state?.busy && (
          <Button look="plain" aria-label={`${d.exports.cancel}: ${name}`} onClick={cancel}>
            {d.exports.cancel}
          </Button>
        )}
        <span class="note soft number" role="status">
          {state?.busy && d.exports.reading(lines)}
          {state && !state.busy && state.error === undefined && d.exports.saved(lines)}
        </span>
      </div>
      {state?.error !== undefined && <Failure error={state.error} retry={retry} />}
    </li>
  );
};

export default function ExportsPage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  return (
    <EventFrame
      eventId={eventId}
      title={d.exports.title}
      needs="manager"
      page={() => (
        <>
          <p class="soft">{d.exports.lead}</p>
          <ul class={css.list}>
            {Object.entries(d.exports.files).map(([kind, text]) => (
              <Export key={kind} eventId={eventId} kind={kind} text={text} />
            ))}
          </ul>
        </>
      )}
    />
  );
}
