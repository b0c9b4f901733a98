/** The figures of the live desk: seats, orders and the line. */
import type { Event, Order, Stats } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { money, number } from "../i18n/index.ts";
import desk from "./desk.module.css";
import css from "./live-page.module.css";

export const Figures = ({ event, stats }: { event: Event; stats: Stats }) => {
  const { free, held, sold } = stats.seats;
  const all = free + held + sold;
  return (
    <dl class={`${desk.figures} number`}>
      <div>
        <dt>{d.desk.revenue}</dt>
        <dd>{money(stats.revenue, event.currency)}</dd>
      </div>
      <div>
        <dt>{d.desk.sold}</dt>
        <dd>
          {number(sold)}
          <small>{all > 0 ? `${Math.round((sold / all) * 1000) / 10} %` : ""}</small>
        </dd>
      </div>
      <div>
        <dt>{d.desk.held}</dt>
        <dd>{number(held)}</dd>
      </div>
      <div>
        <dt>{d.desk.free}</dt>
        <dd>{number(free)}</dd>
      </div>
      <div>
        <dt>{d.desk.conflicts}</dt>
        <dd>
          {number(stats.conflicts)}
          <small>{d.desk.conflictsHint}</small>
        </dd>
      </div>
    </dl>
  );
};

const sum = (stats: Stats, ...states: Order["status"][]) =>
  states.reduce((total, state) => total + (stats.orders[state] ?? 0), 0);

export const Funnel = ({ stats }: { stats: Stats }) => {
  const steps: [string, number][] = [
    ...(stats.queue
      ? ([
          [d.desk.joined, stats.queue.issued],
          [d.desk.called, stats.queue.serving],
        ] as [string, number][])
      : []),
    [d.desk.ordered, sum(stats, "held", "paying", "confirmed", "refunding", "refunded", "released", "expired")],
    [d.desk.paid, sum(stats, "confirmed", "refunding", "refunded")],
  ];
  const most = Math.max(1, ...steps.map(([, value]) => value));
  return (
    <section>
      <h2>{d.desk.funnel}</h2>
      <ol class={css.funnel}>
        {steps.map(([name, value]) => (
          <li key={name}>
            <span>{name}</span>
            <i style={{ width: `${(value / most) * 100}%` }} />
            <b class="number">{number(value)}</b>
          </li>
        ))}
      </ol>
    </section>
  );
};

export const Line = ({ event, stats }: { event: Event; stats: Stats }) => (
  <section>
    <h2>{d.desk.line}</h2>
    {stats.queue ? (
      <dl class={`${desk.figures} number`}>
        <div>
          <dt>{d.desk.waiting}</dt>
          <dd>{number(Math.max(0, stats.queue.issued - stats.queue.serving))}</dd>
        </div>
        <div>
          <dt>{d.desk.active}</dt>
          <dd>
            {number(stats.queue.active)}
            <small>/ {number(event.queue.maxActive)}</small>
          </dd>
        </div>
        <div>
          <dt>{d.desk.phase}</dt>
          <dd>{d.desk.phases[stats.queue.phase] ?? stats.queue.phase}</dd>
        </div>
      </dl>
    ) : (
      <p class="soft">{d.desk.noQueue}</p>
    )}
  </section>
);

export const Failures = ({ stats }: { stats: Stats }) => (
  <section>
    <h2>{d.desk.failures}</h2>
    <dl class={`${desk.figures} number`}>
      {(["expired", "released", "refunding", "refunded"] as const).map((state) => (
        <div key={state}>
          <dt>{d.desk[state]}</dt>
          <dd>{number(stats.orders[state] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  </section>
);
