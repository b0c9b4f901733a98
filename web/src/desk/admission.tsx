/** The rate and the capacity, with a forecast of a change. */
import { useState } from "preact/hooks";
import type { Event, Stats } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { number, w } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { Button, Failure, Field, Notice } from "../ui/index.tsx";
import { Check } from "./check.tsx";
import { patch } from "./event-reads.ts";
import { forecast, stayOf } from "./forecast.ts";
import type { Point } from "./history.ts";
import css from "./live-page.module.css";

const spoken = (seconds: number): string => {
  if (seconds < 60) return w.line.soon;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? w.line.minutes(minutes) : w.line.hours(Math.floor(minutes / 60), minutes % 60);
};

const Effect = ({
  event,
  stats,
  points,
  rate,
  capacity,
}: {
  event: Event;
  stats: Stats;
  points: Point[];
  rate: number;
  capacity: number;
}) => {
  if (!stats.queue) return null;
  const waiting = Math.max(0, stats.queue.issued - stats.queue.serving);
  const [first, last] = [points[0], points.at(-1)];
  const measured =
    first && last ? stayOf(stats.queue.active, last.serving - first.serving, (last.at - first.at) / 1000) : undefined;
  const stay = Math.min(event.queue.sessionSeconds, measured ?? event.queue.sessionSeconds / 2);
  const { through, limit, wait } = forecast({ rate, capacity, stay, waiting });
  return (
    <p class="note soft" role="status">
      {waiting === 0 ? d.desk.forecastNone : d.desk.forecast(number(rounded(through)), spoken(wait))}{" "}
      {limit === "capacity" ? d.desk.forecastCapacity : d.desk.forecastRate}{" "}
      {measured === undefined ? d.desk.stayGuess(spoken(stay)) : d.desk.stay(spoken(stay))}
    </p>
  );
};

/** With one decimal, or one significant digit below 1. */
const rounded = (rate: number) => (rate < 1 ? Number(rate.toPrecision(1)) : Math.round(rate * 10) / 10);

export const Admission = ({ event, stats, points }: { event: Event; stats: Stats; points: Point[] }) => {
  const [rate, setRate] = useState(event.queue.admitPerSecond);
  const [capacity, setCapacity] = useState(event.queue.maxActive);
  const [challenge, setChallenge] = useState(event.queue.challenge === "work");
  const [done, setDone] = useState(false);
  const changing = useAction(patch);
  const valid = rate > 0 && rate <= 10_000 && Number.isInteger(capacity) && capacity >= 1 && capacity <= 100_000;
  const submit = async (submitted: SubmitEvent) => {
    submitted.preventDefault();
    setDone(false);
    const queue = {
      admitPerSecond: rate,
      maxActive: capacity,
      challenge: challenge ? ("work" as const) : ("none" as const),
    };
    if (valid && (await changing.run(event.eventId, { queue }))) setDone(true);
  };
  return (
    <section>
      <h2>{d.desk.settings}</h2>
      <form class="stack" onSubmit={submit}>
        <div class={css.controls}>
          <Field
            label={d.desk.rate}
            type="number"
            min={0.1}
            max={10_000}
            step="any"
            value={String(rate)}
            onInput={(input) => setRate(input.currentTarget.valueAsNumber)}
          />
          <Field
            label={d.desk.maxActive}
            type="number"
            min={1}
            max={100_000}
            step={1}
            value={String(capacity)}
            onInput={(input) => setCapacity(input.currentTarget.valueAsNumber)}
          />
        </div>
        {valid && <Effect event={event} stats={stats} points={points} rate={rate} capacity={capacity} />}
        <Check title={d.new.challenge} hint={d.new.challengeHint} checked={challenge} onChange={setChallenge} />
        <div class="row">
          <Button type="submit" look="quiet" busy={changing.busy} disabled={!valid}>
            {d.desk.apply}
          </Button>
          {done && <span role="status">{d.desk.applied}</span>}
        </div>
        {changing.error !== undefined && <Failure error={changing.error} />}
      </form>
      {!stats.queue && <Notice>{d.desk.noQueue}</Notice>}
    </section>
  );
};
