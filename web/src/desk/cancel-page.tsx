/** Cancels an event: first what will happen, then how far its orders are. */
import { useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { date, money, number } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { Button, Failure, Field, Skeleton } from "../ui/index.tsx";
import { Cancelled } from "./cancelled.tsx";
import css from "./desk.module.css";
import { stats as statsOf } from "./desk-reads.ts";
import { EventFrame } from "./event-frame.tsx";
import * as Events from "./event-reads.ts";
import { atLeast } from "./people-reads.ts";

/** `at`: when the figures were read, epoch ms. */
type Forecast = { at: number; orders: number; tickets: number; held: number; paying: number; money: string };

const Effects = ({ forecast }: { forecast: Forecast }) => (
  <section class="stack">
    <div>
      <h2>{d.cancel.before}</h2>
      <p class="note soft number">
        {d.desk.asOf} {date(forecast.at, "second")}
      </p>
    </div>
    <dl class={`${css.figures} number`}>
      <div>
        <dt>{d.cancel.money}</dt>
        <dd>{forecast.money}</dd>
      </div>
      <div>
        <dt>{d.cancel.paid}</dt>
        <dd>
          {number(forecast.orders)}
          <small>{d.cancel.tickets(forecast.tickets)}</small>
        </dd>
      </div>
      <div>
        <dt>{d.cancel.held}</dt>
        <dd>{number(forecast.held)}</dd>
      </div>
      <div>
        <dt>{d.cancel.paying}</dt>
        <dd>{number(forecast.paying)}</dd>
      </div>
    </dl>
    {forecast.orders === 0 && <p>{d.cancel.nobody}</p>}
    <ul class={css.effects}>
      {d.cancel.effects.map((effect) => (
        <li key={effect}>{effect}</li>
      ))}
    </ul>
  </section>
);

const Form = ({ event, forecast }: { event: OrganiserEvent; forecast: Forecast }) => {
  const [reason, setReason] = useState("");
  const [asking, ask] = useState(false);
  const cancelling = useAction(() => Events.cancel(event.eventId, reason.trim()));
  const go = async () => {
    await cancelling.run();
    ask(false);
  };
  return (
    <form
      class="stack"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        ask(true);
      }}
    >
      <Field
        label={d.cancel.reason}
        hint={d.cancel.reasonHint}
        maxLength={500}
        value={reason}
        onInput={(input) => setReason(input.currentTarget.value)}
      />
      <p>
        <b>{d.cancel.final}</b>
      </p>
      {cancelling.error !== undefined && <Failure error={cancelling.error} />}
      <div>
        <Button type="submit" look="danger">
          {d.cancel.begin}
        </Button>
      </div>
      {asking && (
        <Ask
          text={d.cancel.ask(event.title, forecast.orders, forecast.money)}
          yes={d.cancel.yes}
          no={d.cancel.keep}
          busy={cancelling.busy}
          onYes={go}
          onNo={() => ask(false)}
        />
      )}
    </form>
  );
};

const Before = ({ event }: { event: OrganiserEvent }) => {
  const stats = useQuery({ ...statsOf(event.eventId), refetchInterval: 5_000 });
  if (!stats.data)
    return stats.isError ? <Failure error={stats.error} retry={() => stats.refetch()} /> : <Skeleton height="16rem" />;
  const { orders, seats, revenue } = stats.data;
  const forecast = {
    at: stats.dataUpdatedAt,
    orders: orders.confirmed ?? 0,
    tickets: seats.sold,
    held: orders.held ?? 0,
    paying: orders.paying ?? 0,
    money: money(revenue, event.currency),
  };
  return (
    <>
      <Effects forecast={forecast} />
      <Form event={event} forecast={forecast} />
    </>
  );
};

const Page = ({ event, manages }: { event: OrganiserEvent; manages: boolean }) => {
  const cancellation = useQuery({
    ...Events.cancellation(event.eventId),
    refetchInterval: ({ state }) => (state.data && !state.data.done ? 3_000 : false),
  });
  if (cancellation.data)
    return <Cancelled eventId={event.eventId} cancellation={cancellation.data} manages={manages} />;
  if (cancellation.isPending) return <Skeleton height="20rem" />;
  if (codeOf(cancellation.error) === "cancellation.not_found") return <Before event={event} />;
  return <Failure error={cancellation.error} retry={() => cancellation.refetch()} />;
};

export default function CancelPage({ params }: PageProps) {
  return (
    <EventFrame
      eventId={params.eventId ?? ""}
      title={d.cancel.title}
      needs={({ status }) => (status === "cancelled" ? "box-office" : "manager")}
      heading={({ status }) => (status === "cancelled" ? d.cancel.heading : d.cancel.title)}
      page={(event, role) => <Page event={event} manages={atLeast(role, "manager")} />}
    />
  );
}
