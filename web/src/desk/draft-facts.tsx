/** What a draft will be once it is published, and for managers the way there. */
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { StatusPill } from "../events/status.tsx";
import { d } from "../i18n/desk.ts";
import { zone } from "../i18n/index.ts";
import { Notice } from "../ui/index.tsx";
import css from "./desk.module.css";
import { DraftControls } from "./draft-controls.tsx";
import * as Facts from "./facts.ts";

export const DraftFacts = ({ event, manages }: { event: OrganiserEvent; manages: boolean }) => {
  const prices = Object.keys(event.prices).map((category) => `prices.${category}`);
  const times = ["startsAt", "salesOpenAt", "salesCloseAt", "cancelUntil"];
  const seats = event.sections.reduce((sum, { capacity }) => sum + capacity, 0);
  return (
    <div class={css.body}>
      <div class="stack">
        <StatusPill event={event} />
        <h1 tabIndex={-1}>{event.title}</h1>
      </div>
      {manages ? <DraftControls event={event} /> : <Notice>{d.draft.is}</Notice>}
      <section class="stack">
        <h2>{d.edit.facts}</h2>
        <ul class={css.effects}>
          {["venue", ...times, ...prices].map((name) => (
            <li key={name}>{d.log.set(Facts.nameOf(name), Facts.sayValue(event, name))}</li>
          ))}
          <li>{d.overview.seats(seats)}</li>
        </ul>
        <p class="small soft">{d.new.timeZone(zone())}</p>
      </section>
    </div>
  );
};
