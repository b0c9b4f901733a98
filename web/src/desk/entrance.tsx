/** The event of this entrance. It is chosen first and remembered on the device. */
import { useState } from "preact/hooks";
import * as Reads from "../api/reads.ts";
import { d } from "../i18n/desk.ts";
import { date, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { Button, Failure, Field, Skeleton } from "../ui/index.tsx";

const KEY = "onsale:entrance";
const DAY_MS = 86_400_000;

export const kept = (): string | undefined => localStorage.getItem(KEY) ?? undefined;
export const keep = (eventId: string): void => localStorage.setItem(KEY, eventId);

/** Events of the day before are listed too, because entrances stay open after the start. */
const since = (): string => new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);

export const ChooseEvent = ({ onChoose }: { onChoose: (eventId: string) => void }) => {
  const [q, setQ] = useState("");
  const [pages, setPages] = useState(1);
  const list = useQuery({ ...Reads.events({ from: since(), q }, pages), placeholderData: (before) => before });
  return (
    <>
      <form class="stack" onSubmit={(event) => event.preventDefault()}>
        <Field
          label={d.entrance.find}
          type="search"
          maxLength={200}
          value={q}
          onChange={(event) => setQ(event.currentTarget.value.trim())}
        />
      </form>
      {list.isError && !list.data && <Failure error={list.error} retry={() => list.refetch()} />}
      {!list.data && !list.isError && <Skeleton height="12rem" />}
      {list.data?.items.length === 0 && <p>{d.entrance.noEvents}</p>}
      {list.data?.items.map((event) => (
        <Button key={event.eventId} look="quiet" wide onClick={() => onChoose(event.eventId)}>
          {event.title} · {date(event.startsAt, "short")}
        </Button>
      ))}
      {list.data?.more && (
        <Button look="plain" busy={list.isFetching} onClick={() => setPages(pages + 1)}>
          {w.app.more}
        </Button>
      )}
    </>
  );
};
