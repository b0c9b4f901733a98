/** The live desk: the sale's figures as they change, and its controls. */
import { useEffect, useState } from "preact/hooks";
import type { Event, OrganiserEvent } from "../../../client/shapes.ts";
import { StatusPill } from "../events/status.tsx";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { Button, Failure, LinkButton, Notice, Skeleton } from "../ui/index.tsx";
import { Admission } from "./admission.tsx";
import { Chart } from "./chart.tsx";
import { stats as statsOf } from "./desk-reads.ts";
import { DraftFacts } from "./draft-facts.tsx";
import { EventGate } from "./event-frame.tsx";
import { patch } from "./event-reads.ts";
import { Failures, Figures, Funnel, Line } from "./figures.tsx";
import { useHistory } from "./history.ts";
import css from "./live-page.module.css";
import { atLeast } from "./people-reads.ts";
import { SectionMap } from "./section-map.tsx";

const Controls = ({ event }: { event: Event }) => {
  const [asking, ask] = useState(false);
  const changing = useAction(patch);
  const set = async (status: "paused" | "closed" | "onsale") => {
    await changing.run(event.eventId, { status });
    ask(false);
  };
  return (
    <>
      <div class="row">
        {event.status === "paused" || event.status === "closed" ? (
          <Button busy={changing.busy} onClick={() => set("onsale")}>
            {d.desk.resume}
          </Button>
        ) : (
          <Button look="quiet" busy={changing.busy} onClick={() => set("paused")}>
            {d.desk.pause}
          </Button>
        )}
        {event.status !== "closed" && (
          <Button look="danger" onClick={() => ask(true)}>
            {d.desk.close}
          </Button>
        )}
      </div>
      {changing.error !== undefined && <Failure error={changing.error} />}
      {asking && (
        <Ask
          text={d.desk.closeAsk}
          yes={d.desk.close}
          no={d.desk.keep}
          busy={changing.busy}
          onYes={() => set("closed")}
          onNo={() => ask(false)}
        />
      )}
    </>
  );
};

const Live = ({ event, manages }: { event: OrganiserEvent; manages: boolean }) => {
  const stats = useQuery({ ...statsOf(event.eventId), refetchInterval: 2_000, retry: false });
  const points = useHistory(stats.data, stats.dataUpdatedAt);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <div class="spread">
        <div class="stack">
          <StatusPill event={event} />
          <h1 tabIndex={-1}>{event.title}</h1>
          <p class="note soft number">
            {d.desk.asOf} {stats.dataUpdatedAt ? date(stats.dataUpdatedAt, "second") : "–"}
          </p>
        </div>
        {event.status === "cancelled" ? (
          <LinkButton look="quiet" href={`/desk/events/${event.eventId}/cancel`}>
            {d.cancel.progress}
          </LinkButton>
        ) : (
          manages && <Controls event={event} />
        )}
      </div>
      {stats.isError && now - stats.dataUpdatedAt > 6_000 && <Notice tone="warn">{d.desk.late}</Notice>}
      {stats.data ? (
        <>
          <Figures event={event} stats={stats.data} />
          <div class={css.grid}>
            <Funnel stats={stats.data} />
            <Line event={event} stats={stats.data} />
            <section>
              <h2>{d.desk.chart}</h2>
              <Chart points={points} />
            </section>
            {manages && event.queue.enabled && <Admission event={event} stats={stats.data} points={points} />}
            <Failures stats={stats.data} />
            <SectionMap event={event} />
          </div>
        </>
      ) : (
        <Skeleton height="24rem" />
      )}
    </>
  );
};

export default function LivePage({ params }: PageProps) {
  return (
    <EventGate
      eventId={params.eventId ?? ""}
      title={d.live}
      needs="box-office"
      page={(event, role) => {
        const manages = atLeast(role, "manager");
        return event.status === "draft" ? (
          <DraftFacts event={event} manages={manages} />
        ) : (
          <Live event={event} manages={manages} />
        );
      }}
    />
  );
}
