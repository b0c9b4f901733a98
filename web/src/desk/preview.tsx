/** A new event as buyers will see it in the list. */
import { Poster } from "../events/poster.tsx";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import type { Draft } from "./draft.ts";
import css from "./new-page.module.css";

export const Preview = ({ draft }: { draft: Draft }) => (
  <section>
    <h2>{d.new.preview}</h2>
    <div class="row">
      <Poster class={css.poster} event={{ eventId: "", kind: draft.kind, title: draft.title }} />
      <div>
        <h3>{draft.title || "…"}</h3>
        <p class="soft">
          {draft.startsAt && date(draft.startsAt)}
          <br />
          {draft.venue || "…"}
        </p>
      </div>
    </div>
  </section>
);
