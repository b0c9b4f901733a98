/** Postpones an event: the new start, the time to return tickets, and what will happen before it happens. */
import { useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { serverNow } from "../api/clock.ts";
import { d } from "../i18n/desk.ts";
import { date, zone } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { Button, Field, Notice } from "../ui/index.tsx";
import css from "./desk.module.css";
import { stats as statsOf } from "./desk-reads.ts";
import { local } from "./draft.ts";
import { EventFrame } from "./event-frame.tsx";
import * as Events from "./event-reads.ts";
import { Problems } from "./problems.tsx";

const weekMs = 7 * 86_400_000;
const spoken = (at: string | number) => date(at, "year");

/** `startsAt` and `refundUntil` in epoch ms. */
type Wanted = { startsAt: number; refundUntil: number };

const Effects = ({ event, wanted }: { event: OrganiserEvent; wanted: Wanted }) => {
  const stats = useQuery(statsOf(event.eventId));
  const cancelUntil = Date.parse(event.cancelUntil) + wanted.startsAt - Date.parse(event.startsAt);
  const closes = event.salesCloseAt === event.startsAt ? wanted.startsAt : Date.parse(event.salesCloseAt);
  return (
    <section class="stack">
      <h2>{d.postpone.before}</h2>
      <ul class={css.effects}>
        <li>{d.postpone.moves(spoken(event.startsAt), spoken(wanted.startsAt))}</li>
        {event.flight && <li>{d.postpone.flight}</li>}
        <li>{d.postpone.returns(spoken(wanted.refundUntil))}</li>
        {cancelUntil > wanted.refundUntil && <li>{d.postpone.later(spoken(cancelUntil))}</li>}
        {closes > serverNow() && <li>{d.postpone.closes(spoken(closes))}</li>}
        {stats.data && <li>{d.postpone.mailed(stats.data.orders.confirmed ?? 0)}</li>}
      </ul>
    </section>
  );
};

const Form = ({ event }: { event: OrganiserEvent }) => {
  const promised = event.postponed?.refundUntil;
  const [startsAt, setStart] = useState("");
  const [refundUntil, setUntil] = useState(local(Math.max(serverNow() + 2 * weekMs, Date.parse(promised ?? "") || 0)));
  const [asking, ask] = useState(false);
  const [done, setDone] = useState(false);
  const postponing = useAction(Events.postpone);
  const wanted = startsAt && refundUntil && { startsAt: Date.parse(startsAt), refundUntil: Date.parse(refundUntil) };
  const go = async () => {
    if (!wanted) return;
    const iso = (at: number) => new Date(at).toISOString();
    const made = await postponing.run(event.eventId, {
      startsAt: iso(wanted.startsAt),
      refundUntil: iso(wanted.refundUntil),
    });
    ask(false);
    if (!made) return;
    setDone(true);
    setStart("");
  };
  return (
    <form
      class="stack"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        setDone(false);
        ask(true);
      }}
    >
      <div class={css.two}>
        <Field
          label={event.flight ? d.postpone.departsAt : d.postpone.startsAt}
          type="datetime-local"
          required
          min={local(serverNow())}
          value={startsAt}
          onInput={(typed) => setStart(typed.currentTarget.value)}
        />
        <Field
          label={d.postpone.refundUntil}
          hint={promised ? d.postpone.promised(spoken(promised)) : d.postpone.refundHint}
          type="datetime-local"
          required
          min={local(promised ? Date.parse(promised) : serverNow())}
          max={startsAt || undefined}
          value={refundUntil}
          onInput={(typed) => setUntil(typed.currentTarget.value)}
        />
      </div>
      <p class="small soft">{d.new.timeZone(zone())}</p>
      {wanted && <Effects event={event} wanted={wanted} />}
      {codeOf(postponing.error) === "event.changed" && <Notice tone="warn">{d.edit.conflict}</Notice>}
      {postponing.error !== undefined && codeOf(postponing.error) !== "event.changed" && (
        <Problems error={postponing.error} title={d.postpone.problems} />
      )}
      {done && <Notice tone="good">{d.postpone.done}</Notice>}
      <div>
        <Button type="submit" disabled={!wanted}>
          {d.postpone.begin}
        </Button>
      </div>
      {asking && wanted && (
        <Ask
          text={d.postpone.ask(event.title, spoken(wanted.startsAt))}
          yes={d.postpone.yes}
          no={d.postpone.no}
          busy={postponing.busy}
          onYes={go}
          onNo={() => ask(false)}
        />
      )}
    </form>
  );
};

const Postpone = ({ event }: { event: OrganiserEvent }) => {
  if (event.status === "cancelled") return <Notice>{d.edit.cancelled}</Notice>;
  return (
    <>
      <p>{d.postpone.lead}</p>
      {event.postponed && (
        <Notice>{d.postpone.is(spoken(event.postponed.from), spoken(event.postponed.refundUntil))}</Notice>
      )}
      <Form event={event} />
    </>
  );
};

export default function PostponePage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  return (
    <EventFrame
      eventId={eventId}
      title={d.postpone.title}
      needs="manager"
      page={(event) => <Postpone event={event} />}
    />
  );
}
