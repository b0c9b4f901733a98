/** The sections on the plan, coloured by their free seats. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Event } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { d } from "../i18n/desk.ts";
import { w } from "../i18n/index.ts";
import { planOf } from "../map/plan-read.ts";
import { SeatMap } from "../map/seat-map.tsx";
import type { Stage } from "../map/stage.ts";
import { emptyScene } from "../map/use-choice.ts";
import { useQuery } from "../query.ts";
import css from "./live-page.module.css";

const none = () => {};

export const SectionMap = ({ event }: { event: Event }) => {
  const seated = event.sections.some(({ kind }) => kind === "seated");
  const plan = useQuery({ ...planOf(event.eventId), enabled: seated });
  const free = useQuery({ ...Reads.availability(event.eventId), refetchInterval: 3_000 });
  const scene = useMemo(() => (plan.data ? emptyScene(plan.data) : undefined), [plan.data]);
  const stage = useRef<Stage>(undefined);
  const left = new Map(free.data?.sections.map((section) => [section.sectionId, section]));
  useEffect(() => {
    if (!scene) return;
    for (const [index, { sectionId }] of scene.model.sections.entries()) {
      const known = left.get(sectionId);
      scene.left[index] = known?.free;
      scene.free[index] = known && known.free / Math.max(1, known.capacity);
    }
    stage.current?.draw();
  }, [scene, free.data]);
  return (
    <section class={css.map}>
      <h2>{d.desk.map}</h2>
      <p class="note soft">{d.desk.mapHint}</p>
      {scene && (
        <SeatMap
          scene={scene}
          onStage={(made) => {
            stage.current = made;
          }}
          hooks={{ seat: none, section: none, elsewhere: none, sight: none, cursor: none }}
        />
      )}
      <ul class="hidden">
        {event.sections.map(({ sectionId, name, capacity }) => (
          <li key={sectionId}>{w.map.freeIn(left.get(sectionId)?.free ?? capacity, name)}</li>
        ))}
      </ul>
    </section>
  );
};
