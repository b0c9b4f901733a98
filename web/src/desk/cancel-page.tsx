/** Cancels an event: first what will happen, then how far its orders are. */
import { useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { Event } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { d } from "../i18n/desk.ts";
import { date, money, number } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { Button, Failure, Field, Skeleton } from "../ui/index.tsx";
import { Cancelled } from "./cancelled.tsx";
import css from "./desk.module.css";
import * as Desk from "./desk-reads.ts";
import { Gate, Tabs } from "./gate.tsx";

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

const Form = ({ event, forecast }: { event: Event; forecast: Forecast }) => {
  const [reason, setReason] = useState("");
  const [asking, ask] = useState(false);
  const cancelling = useAction(() => Desk.cancel(event.eventId, reason.trim()));
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

const Before = ({ event }: { event: Event }) => {
  const stats = useQuery({ ...Desk.stats(event.eventId), refetchInterval: 5_000 });
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

const Page = ({ eventId }: { eventId: string }) => {
  const event = useQuery(Reads.event(eventId));
  const cancellation = useQuery({
    ...Desk.cancellation(eventId),
    refetchInterval: ({ state }) => (state.data && !state.data.done ? 3_000 : false),
  });
  if (event.isError && !event.data) return <Failure error={event.error} retry={() => event.refetch()} />;
  const open = codeOf(cancellation.error) === "cancellation.not_found";
  if (cancellation.isError && !cancellation.data && !open)
    return <Failure error={cancellation.error} retry={() => cancellation.refetch()} />;
  if (!event.data || cancellation.isPending) return <Skeleton height="20rem" />;
  return (
    <>
      <Tabs eventId={eventId} />
      <div>
        <p class="note soft">{event.data.title}</p>
        <h1 tabIndex={-1}>{cancellation.data ? d.cancel.heading : d.cancel.title}</h1>
      </div>
      <div class={css.body}>
        {cancellation.data ? (
          <Cancelled eventId={eventId} cancellation={cancellation.data} />
        ) : (
          <Before event={event.data} />
        )}
      </div>
    </>
  );
};

export default function CancelPage({ params }: PageProps) {
  return (
    <Gate title={d.cancel.title}>
      <Page eventId={params.eventId ?? ""} />
    </Gate>
  );
}
