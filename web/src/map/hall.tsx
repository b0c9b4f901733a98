/** The map with its list of seats, kept up to date while it is shown. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Event } from "../../../client/shapes.ts";
import { w } from "../i18n/index.ts";
import { type Live, live } from "./live.ts";
import type { Model } from "./model.ts";
import { standing } from "./plan.ts";
import { SeatList } from "./seat-list.tsx";
import { SeatMap } from "./seat-map.tsx";
import type { Choice } from "./use-choice.ts";

export const Hall = ({ event, model, choice }: { event: Event; model: Model; choice: Choice }) => {
  const feed = useRef<Live>(undefined);
  const [near, setNear] = useState(false);
  const { scene } = choice;
  const latest = useRef(choice);
  latest.current = choice;
  useEffect(() => {
    if (!scene) return;
    const made = live(event.eventId, scene, (lost) => {
      latest.current.lose(lost);
      latest.current.shown();
    });
    feed.current = made;
    return made.stop;
  }, [scene]);
  if (!scene) return null;
  const areas = standing(model, event);
  const sections = useRef<{ seen: number[]; near: boolean }>({ seen: [], near: false });
  return (
    <div>
      <SeatMap
        scene={scene}
        onStage={(stage) => {
          choice.stage.current = stage;
          feed.current?.watch(sections.current.seen, sections.current.near);
        }}
        hint={near ? undefined : w.map.hint}
        hooks={{
          seat: choice.toggle,
          section: () => {},
          elsewhere: ({ x, y }) => {
            const hit = areas.find(({ area }) => Math.abs(area.at.x - x) < 400 && Math.abs(area.at.y - y) < 400);
            if (hit) document.querySelector<HTMLElement>("#best")?.scrollIntoView({ block: "center" });
          },
          sight: (seen, isNear) => {
            sections.current = { seen, near: isNear };
            setNear(isNear);
            feed.current?.watch(seen, isNear);
          },
          cursor: ({ seat, section }) => {
            if (seat !== undefined) choice.announce(seat);
            else if (section !== undefined) choice.announceSection(section);
          },
        }}
      />
      <SeatList event={event} choice={choice} load={(section) => feed.current?.load(section).catch(() => {})} />
    </div>
  );
};
