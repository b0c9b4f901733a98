/** All events: search, kind, dates; the next opening first. */
import { useEffect, useState } from "preact/hooks";
import type { Event } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { Button, Failure, Field, Skeleton, Title, css as ui } from "../ui/index.tsx";
import { Countdown } from "./countdown.tsx";
import css from "./events-page.module.css";
import { Poster } from "./poster.tsx";
import { StatusPill, statusOf } from "./status.tsx";

const kinds = ["concert", "match", "theatre", "flight", "club"] as const;

const filterOf = (query: URLSearchParams): Reads.EventFilter => {
  const filter: Reads.EventFilter = { from: query.get("from") ?? new Date().toISOString().slice(0, 10) };
  const [q, kind, to] = [query.get("q"), query.get("kind"), query.get("to")];
  if (q) filter.q = q;
  if (kind) filter.kind = kind;
  if (to) filter.to = to;
  return filter;
};

/** Writes the search into the address, so that it can be shared and the back button restores it. */
const search = (query: URLSearchParams, changes: Record<string, string>) => {
  if (location.pathname !== "/") return; // the visitor has left this page

  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
  const text = next.toString();
  go(text ? `/?${text}` : "/", { replace: true });
};

const Search = ({ query }: { query: URLSearchParams }) => {
  const [text, setText] = useState(query.get("q") ?? "");
  useEffect(() => {
    const timer = setTimeout(() => text.trim() !== (query.get("q") ?? "") && search(query, { q: text.trim() }), 350);
    return () => clearTimeout(timer);
  }, [text]);
  const kind = query.get("kind") ?? "";
  return (
    <search class={css.search}>
      <form
        class={css.bar}
        onSubmit={(event) => {
          event.preventDefault();
          search(query, { q: text.trim() });
        }}
      >
        <input
          class={ui.input}
          type="search"
          name="q"
          maxLength={200}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          placeholder={w.events.search}
          aria-label={w.events.search}
          enterkeyhint="search"
        />
      </form>
      <fieldset class={css.chips}>
        <legend class="hidden">{w.events.kinds}</legend>
        {(["", ...kinds] as const).map((name) => (
          <label class={css.chip} key={name}>
            <input type="radio" name="kind" checked={kind === name} onChange={() => search(query, { kind: name })} />
            <span>{name ? w.kind[name] : w.events.all}</span>
          </label>
        ))}
      </fieldset>
      <details class={css.dates} open={query.has("from") || query.has("to")}>
        <summary>{w.events.dates}</summary>
        <div>
          <Field
            label={w.events.from}
            type="date"
            value={query.get("from") ?? ""}
            onChange={(event) => search(query, { from: event.currentTarget.value })}
          />
          <Field
            label={w.events.to}
            type="date"
            value={query.get("to") ?? ""}
            onChange={(event) => search(query, { to: event.currentTarget.value })}
          />
        </div>
      </details>
    </search>
  );
};

const lowest = (event: Event): string => money(Math.min(...Object.values(event.prices)), event.currency);

const Next = ({ event }: { event: Event }) => (
  <Link class={css.next} href={`/events/${event.eventId}`}>
    <Poster event={event} class={css.nextArt} />
    <div>
      <h2>{event.title}</h2>
      <p class="soft">
        {date(event.startsAt)} · {event.venue}
      </p>
      <p class="note soft">{w.events.opensIn}</p>
      <Countdown to={Date.parse(event.salesOpenAt)} label={w.events.opensIn} onEnd={() => Reads.changed("events")} />
    </div>
  </Link>
);

const Item = ({ event }: { event: Event }) => (
  <li>
    <Link class={css.item} href={`/events/${event.eventId}`}>
      <Poster event={event} class={css.thumb} />
      <div>
        <h3>{event.title}</h3>
        <p>{date(event.startsAt)}</p>
        <p>{event.flight ? `${event.flight.origin} → ${event.flight.destination} · ${event.venue}` : event.venue}</p>
      </div>
      <div class={css.meta}>
        <StatusPill event={event} />
        <span class="soft number">{w.events.from_price(lowest(event))}</span>
      </div>
    </Link>
  </li>
);

const Listing = ({ items }: { items: Event[] }) => {
  const months = Map.groupBy(items, (event) => date(event.startsAt, "month"));
  return (
    <>
      {[...months].map(([month, events]) => (
        <section key={month} aria-label={month}>
          <h2 class={css.month}>{month}</h2>
          <ul>
            {events.map((event) => (
              <Item key={event.eventId} event={event} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
};

const Waiting = () => (
  <div class="stack" role="status" aria-label={w.app.loading}>
    <Skeleton height="20rem" />
    <Skeleton height="5rem" />
    <Skeleton height="5rem" />
  </div>
);

export default function EventsPage({ query }: PageProps) {
  const [pages, setPages] = useState(1);
  const filter = filterOf(query);
  const list = useQuery({
    ...Reads.events(filter, pages),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
  const items = list.data?.items ?? [];
  const searching = ["q", "kind", "from", "to"].some((name) => query.has(name));
  const next = searching
    ? undefined
    : items
        .filter((event) => statusOf(event) === "scheduled")
        .toSorted((a, b) => a.salesOpenAt.localeCompare(b.salesOpenAt))[0];
  return (
    <>
      <Title>{w.events.title}</Title>
      <div class={css.top}>
        <h1 tabIndex={-1}>{w.events.title}</h1>
        <Search query={query} />
      </div>
      {list.isError && items.length === 0 && (
        <Failure error={list.error} text={w.events.failed} retry={() => list.refetch()} />
      )}
      {list.isPending && <Waiting />}
      {next && <Next event={next} />}
      <Listing items={items} />
      {list.isSuccess && items.length === 0 && (
        <div class="stack">
          <p>{w.events.none}</p>
          <div>
            <Button look="quiet" onClick={() => go("/", { replace: true })}>
              {w.events.clear}
            </Button>
          </div>
        </div>
      )}
      {list.data?.more && (
        <p class="row">
          <Button look="quiet" busy={list.isFetching} onClick={() => setPages(pages + 1)}>
            {w.app.more}
          </Button>
        </p>
      )}
    </>
  );
}
