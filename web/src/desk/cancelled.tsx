/** How far the orders of a cancelled event are, and those that need a person. */
import type { Cancellation } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { date, number } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { Link } from "../router.tsx";
import { Button, Failure, Notice, Progress } from "../ui/index.tsx";
import css from "./desk.module.css";
import * as Events from "./event-reads.ts";

const Figures = ({ orders, released, refunded, refunding, left }: Cancellation) => {
  if (orders === 0) return <p>{d.cancel.none}</p>;
  const ended = released + refunded;
  const figures = [
    [d.cancel.refunded, refunded, undefined],
    [d.cancel.refunding, refunding, refunding > 0 ? d.cancel.refundingHint : undefined],
    [d.cancel.released, released, undefined],
    [d.cancel.left, left, undefined],
  ] as const;
  return (
    <>
      <div class="stack">
        <p class="number">{d.cancel.ended(ended, orders)}</p>
        <Progress value={ended / orders} label={d.cancel.progress} />
      </div>
      <dl class={`${css.figures} number`}>
        {figures.map(([name, value, hint]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {number(value)}
              {hint && <small>{hint}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
};

const Failed = ({ eventId, failed }: { eventId: string; failed: Cancellation["failed"] }) => (
  <section class="stack">
    <h2>{d.cancel.failed(failed.length)}</h2>
    {failed.length === 100 && <p class="note soft">{d.cancel.most}</p>}
    <ul class={css.list}>
      {failed.map(({ orderId, reason }) => (
        <li key={orderId}>
          <Link href={`/desk/events/${eventId}/orders?q=${orderId}`} class="mono">
            {orderId}
          </Link>
          <p class="note soft">{d.cancel.reasons[reason]}</p>
        </li>
      ))}
    </ul>
  </section>
);

type Props = { eventId: string; cancellation: Cancellation; manages: boolean };

export const Cancelled = ({ eventId, cancellation, manages }: Props) => {
  const again = useAction(() => Events.cancel(eventId));
  const { cancelledAt, reason, left, done, failed } = cancellation;
  const state = done ? (failed.length > 0 ? d.cancel.doneBut : d.cancel.done) : d.cancel.working;
  return (
    <>
      <div>
        <p>{d.cancel.since(date(cancelledAt))}</p>
        {reason && <p>{d.cancel.because(reason)}</p>}
      </div>
      <Notice tone={failed.length > 0 ? "warn" : done ? "good" : undefined}>{state}</Notice>
      <Figures {...cancellation} />
      {failed.length > 0 && <Failed eventId={eventId} failed={failed} />}
      {left > 0 && manages && (
        <div class="stack">
          {again.error !== undefined && <Failure error={again.error} />}
          <div class="row">
            <Button look="quiet" busy={again.busy} onClick={() => again.run()}>
              {d.cancel.again}
            </Button>
            <span class="note soft">{d.cancel.againHint}</span>
          </div>
        </div>
      )}
    </>
  );
};
