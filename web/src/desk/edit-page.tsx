/** An event's facts: what changes, who gets an e-mail, and the save. A draft is published or deleted here. */
import { useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { minor, zone } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Button, Field, LinkButton, Notice } from "../ui/index.tsx";
import css from "./desk.module.css";
import { stats as statsOf } from "./desk-reads.ts";
import { DraftControls } from "./draft-controls.tsx";
import { EventFrame } from "./event-frame.tsx";
import * as Events from "./event-reads.ts";
import * as Facts from "./facts.ts";
import form from "./new-page.module.css";
import { Problems } from "./problems.tsx";

type Part = { event: OrganiserEvent; edits: Facts.Edits; set: (name: string, text: string) => void };
type Input = { type?: string; min?: number; max?: number; step?: number; maxLength?: number; pattern?: string };

/** A field of a fact. Once it is changed, it says what was before and who gets an e-mail. */
const fields = ({ event, edits, set }: Part) => {
  const all = new Map(Facts.changes(event, edits).map((change) => [change.name, change]));
  const hintOf = (name: string): string => {
    const change = all.get(name);
    if (!change) return "";
    if (event.status === "draft") return d.edit.was(change.from);
    return `${d.edit.was(change.from)} ${change.isMailed ? d.edit.mailed : d.edit.quiet}`;
  };
  return (name: string, input: Input & { disabled?: boolean } = {}) => (
    <Field
      key={name}
      required
      {...input}
      label={Facts.nameOf(name)}
      hint={hintOf(name)}
      value={Facts.textOf(event, edits, name)}
      onInput={(typed) => set(name, typed.currentTarget.value)}
    />
  );
};

const time = { type: "datetime-local" };

const Basics = (part: Part) => {
  const field = fields(part);
  return (
    <section>
      <h2>{d.edit.facts}</h2>
      <div class={css.two}>
        {field("title", { maxLength: 200 })}
        {field("venue", { maxLength: 200 })}
        {part.event.flight
          ? [
              field("flight.origin", { pattern: "[A-Z]{3}" }),
              field("flight.destination", { pattern: "[A-Z]{3}" }),
              field("flight.departsAt", time),
              field("flight.arrivesAt", time),
            ]
          : field("startsAt", time)}
      </div>
      <p class="small soft">{d.new.timeZone(zone())}</p>
    </section>
  );
};

const Sale = (part: Part) => {
  const field = fields(part);
  const { event } = part;
  const disabled = event.draw.seed !== undefined;
  const price = { type: "number", min: 0, step: 10 ** -minor(event.currency) };
  const whole = { type: "number", min: 1, step: 1 };
  return (
    <section>
      <h2>{d.edit.sale}</h2>
      <div class={css.two}>
        {field("salesOpenAt", { ...time, disabled })}
        {field("salesCloseAt", { ...time, disabled })}
        {field("cancelUntil", time)}
        {field("maxSeatsPerOrder", { ...whole, max: 20 })}
        {field("maxSeatsPerUser", { ...whole, max: 1_000 })}
        {field("holdSeconds", { ...whole, max: 3_600 })}
        {Object.keys(event.prices).map((category) => field(`prices.${category}`, price))}
      </div>
      {disabled && <p class="small soft">{d.edit.frozen}</p>}
    </section>
  );
};

const Mailing = ({ eventId }: { eventId: string }) => {
  const stats = useQuery(statsOf(eventId));
  return <li>{stats.data ? d.edit.mailing(stats.data.orders.confirmed ?? 0) : d.edit.mailed}</li>;
};

/** What a save does, before it is done. */
const Effects = ({ event, changes }: { event: OrganiserEvent; changes: Facts.Change[] }) => {
  const has = (...names: string[]) => changes.some(({ name }) => names.some((one) => name.startsWith(one)));
  return (
    <section class="stack" aria-live="polite">
      <h2>{d.edit.before}</h2>
      <ul class={css.effects}>
        {changes.map(({ name, title, from, to }) => (
          <li key={name}>{d.edit.change(title, from, to)}</li>
        ))}
        {has("startsAt", "flight.departsAt") && <li>{d.edit.start}</li>}
        {has("prices.") && <li>{d.edit.prices}</li>}
        {has("maxSeats", "holdSeconds") && <li>{d.edit.limits}</li>}
        {event.status === "draft" ? (
          <li>{d.edit.isDraft}</li>
        ) : changes.some(({ isMailed }) => isMailed) ? (
          <Mailing eventId={event.eventId} />
        ) : (
          <li>{d.edit.unmailed}</li>
        )}
      </ul>
    </section>
  );
};

const Form = ({ event }: { event: OrganiserEvent }) => {
  const [edits, setEdits] = useState<Facts.Edits>({});
  const [saved, setSaved] = useState(false);
  const saving = useAction(Events.patch);
  const changes = Facts.changes(event, edits);
  const set = (name: string, text: string) => {
    setSaved(false);
    setEdits((before) => ({ ...before, [name]: text }));
  };
  const save = async (submitted: SubmitEvent) => {
    submitted.preventDefault();
    if (!(await saving.run(event.eventId, Facts.toPatch(event, edits)))) return;
    setEdits({});
    setSaved(true);
  };
  const discard = () => {
    saving.clear();
    setEdits({});
  };
  const part = { event, edits, set };
  return (
    <form class={form.form} onSubmit={save}>
      <Basics {...part} />
      <Sale {...part} />
      {changes.length > 0 && <Effects event={event} changes={changes} />}
      {codeOf(saving.error) === "event.changed" && <Notice tone="warn">{d.edit.conflict}</Notice>}
      {saving.error !== undefined && codeOf(saving.error) !== "event.changed" && (
        <Problems error={saving.error} title={d.edit.problems} />
      )}
      {saved && <Notice tone="good">{d.edit.saved}</Notice>}
      <div class="row">
        <Button type="submit" busy={saving.busy} disabled={changes.length === 0}>
          {d.edit.save}
        </Button>
        {changes.length > 0 && (
          <Button look="plain" onClick={discard}>
            {d.edit.discard}
          </Button>
        )}
      </div>
    </form>
  );
};

const Others = ({ eventId }: { eventId: string }) => (
  <section class="stack">
    <h2>{d.edit.others}</h2>
    <div class="row">
      <LinkButton look="quiet" href={`/desk/events/${eventId}/postpone`}>
        {d.postpone.title}
      </LinkButton>
      <LinkButton look="danger" href={`/desk/events/${eventId}/cancel`}>
        {d.cancel.title}
      </LinkButton>
    </div>
  </section>
);

const Edit = ({ event }: { event: OrganiserEvent }) => {
  if (event.status === "cancelled") return <Notice>{d.edit.cancelled}</Notice>;
  return (
    <>
      {event.status === "draft" && <DraftControls event={event} />}
      <Form event={event} />
      {event.status !== "draft" && <Others eventId={event.eventId} />}
    </>
  );
};

export default function EditPage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  return <EventFrame eventId={eventId} title={d.edit.title} needs="manager" page={(event) => <Edit event={event} />} />;
}
