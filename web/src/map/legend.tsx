import type { Event } from "../../../client/shapes.ts";
import { money, w } from "../i18n/index.ts";
import css from "./legend.module.css";
import type { Model } from "./model.ts";

const Dot = ({ fill, r = 7, opacity = 1 }: { fill: string; r?: number; opacity?: number }) => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r={r} fill={fill} fill-opacity={opacity} />
  </svg>
);

export const Legend = ({ event, model }: { event: Event; model: Model }) => (
  <section aria-labelledby="legend">
    <h2 id="legend">{w.map.legend}</h2>
    <ul class={css.legend}>
      {model.categories
        .filter(({ name }) => name in event.prices)
        .toSorted((a, b) => (event.prices[b.name] ?? 0) - (event.prices[a.name] ?? 0))
        .map(({ name, color }) => (
          <li key={name}>
            <Dot fill={color} />
            <span>{name}</span>
            <b class="number">{money(event.prices[name] ?? 0, event.currency)}</b>
          </li>
        ))}
    </ul>
    <ul class={css.states}>
      <li>
        <Dot fill="currentColor" r={4} opacity={0.6} />
        {w.map.states.sold} / {w.map.states.held}
      </li>
      <li>
        <Dot fill="currentColor" r={8} />
        {w.map.states.mine}
      </li>
    </ul>
  </section>
);
