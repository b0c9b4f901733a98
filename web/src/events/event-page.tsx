/** One event: title, time, place, prices, and the button that leads into its sale. */
import { useState } from "preact/hooks";
import type { Availability, Event } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { date, money, number, w, zone } from "../i18n/index.ts";
import * as Admission from "../line/admission.ts";
import { useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Failure, LinkButton, Skeleton, Title } from "../ui/index.tsx";
import { Countdown } from "./countdown.tsx";
import css from "./event-page.module.css";
import { Poster } from "./poster.tsx";
import { Postponed } from "./postponed.tsx";
import { Proof } from "./proof.tsx";
import { type Status, StatusPill, statusOf } from "./status.tsx";
import { asksForProof, Verified } from "./verified.tsx";

const Way = ({ event, status }: { event: Event; status: Status }) => {
  const line = `/events/${event.eventId}/line`;
  const seats = `/events/${event.eventId}/seats`;
  if (status === "cancelled") return <p>{w.event.cancelledText}</p>;
  if (status === "closed") return <p>{w.event.closedText}</p>;
  if (status === "scheduled" && !event.queue.enabled) return null;
  if (!event.queue.enabled || Admission.held(event.eventId))
    return (
      <LinkButton look="signal" big href={seats}>
        {event.queue.enabled ? w.event.resume : w.event.choose}
      </LinkButton>
    );
  return (
    <>
      {status === "paused" && <p>{w.event.pausedText}</p>}
      {status === "soldout" && <p>{w.event.soldoutText}</p>}
      <div class="row">
        <LinkButton look="signal" big href={line}>
          {status === "scheduled" ? w.event.enterLobby : w.event.enterLine}
        </LinkButton>
        {event.sections.some((section) => section.kind === "seated") && (
          <LinkButton look="plain" href={seats}>
            {w.line.tipMapLink}
          </LinkButton>
        )}
      </div>
    </>
  );
};

const Sale = ({ event }: { event: Event }) => {
  const [, again] = useState(0);
  const status = statusOf(event);
  return (
    <div class={css.sale}>
      {status === "scheduled" && (
        <>
          <p class="soft">
            {w.event.opens} <span class="note">({date(event.salesOpenAt, "short")})</span>
          </p>
          <Countdown to={Date.parse(event.salesOpenAt)} label={w.event.opens} onEnd={() => again(1)} />
        </>
      )}
      {asksForProof(event) && status !== "closed" && status !== "cancelled" && <Verified />}
      <Way event={event} status={status} />
    </div>
  );
};

const minutes = (seconds: number) => Math.max(1, Math.round(seconds / 60));

const Rules = ({ event }: { event: Event }) => (
  <section>
    <h2>{w.event.how}</h2>
    <ul class={css.rules}>
      {event.queue.enabled ? (
        <>
          {asksForProof(event) && <li>{w.event.verifyRule}</li>}
          <li>{w.event.lobbyRule}</li>
          <li>{w.event.lineRule}</li>
          <li>{w.event.turnRule(minutes(event.queue.sessionSeconds))}</li>
        </>
      ) : (
        <li>{w.event.noQueue}</li>
      )}
      <li>{w.event.holdRule(minutes(event.holdSeconds))}</li>
      <li>{w.event.limitRule(event.maxSeatsPerOrder, event.maxSeatsPerUser)}</li>
      <li>{w.event.cancelRule(date(event.cancelUntil))}</li>
    </ul>
    {event.queue.enabled && <Proof draw={event.draw} />}
  </section>
);

const Prices = ({ event }: { event: Event }) => (
  <section>
    <h2>{w.event.prices}</h2>
    <ul class={css.prices}>
      {Object.entries(event.prices)
        .toSorted(([, a], [, b]) => b - a)
        .map(([category, price]) => (
          <li key={category}>
            <span>{category}</span>
            <b class="number">{money(price, event.currency)}</b>
          </li>
        ))}
    </ul>
  </section>
);

/** More sections than this are collapsed. */
const SHORT = 8;

const Sections = ({ event, free }: { event: Event; free: Availability | undefined }) => {
  const left = new Map(free?.sections.map((section) => [section.sectionId, section.free]));
  const items = event.sections.map(({ sectionId, name, kind, capacity }) => {
    const count = left.get(sectionId);
    return (
      <li key={sectionId}>
        <span>
          {name} {kind === "general" && <span class="soft note">{w.event.standing}</span>}
        </span>
        <span class="soft number note">
          {count === undefined ? number(capacity) : count === 0 ? w.event.none : w.event.free(count)}
        </span>
      </li>
    );
  });
  return (
    <section>
      <h2>{w.event.sections}</h2>
      <ul class={css.prices}>{items.slice(0, SHORT)}</ul>
      {items.length > SHORT && (
        <details class={css.all}>
          <summary>{w.event.allSections(items.length)}</summary>
          <ul class={css.prices}>{items.slice(SHORT)}</ul>
        </details>
      )}
    </section>
  );
};

const Facts = ({ event }: { event: Event }) => (
  <div class={css.facts}>
    {event.flight ? (
      <>
        <p>
          {event.flight.origin} → {event.flight.destination} <span>{event.venue}</span>
        </p>
        <p class="note">
          <span>{w.event.departs}</span> {date(event.flight.departsAt)} · <span>{w.event.arrives}</span>{" "}
          {date(event.flight.arrivesAt)}
        </p>
      </>
    ) : (
      <>
        <p>{date(event.startsAt, "full")}</p>
        <p>
          <span>{event.venue}</span>
        </p>
      </>
    )}
  </div>
);

export default function EventPage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  const query = useQuery({ ...Reads.event(eventId), refetchInterval: 10_000 });
  const free = useQuery({ ...Reads.availability(eventId), refetchInterval: 10_000 });
  const event = query.data;
  if (!event)
    return query.isError ? (
      <Failure error={query.error} text={w.event.gone} retry={() => query.refetch()} />
    ) : (
      <div class="stack" role="status" aria-label={w.app.loading}>
        <Skeleton height="4rem" />
        <Skeleton height="24rem" />
      </div>
    );
  return (
    <>
      <Title>{event.title}</Title>
      <div class={css.hero}>
        <Poster event={event} class={css.heroArt} />
        <div class={css.heroText}>
          <StatusPill event={event} />
          <h1 tabIndex={-1}>{event.title}</h1>
          <Facts event={event} />
          <Postponed event={event} />
          <Sale event={event} />
        </div>
      </div>
      <div class={css.columns}>
        <Rules event={event} />
        <div class="stack">
          <Prices event={event} />
          <Sections event={event} free={free.data} />
          <p class="small soft">{w.event.yourTime(zone())}</p>
        </div>
      </div>
    </>
  );
}
