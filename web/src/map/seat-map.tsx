/** The canvas with its buttons. stage.ts decides what it shows and does. */
import { useEffect, useRef, useState } from "preact/hooks";
import { w } from "../i18n/index.ts";
import { themeColours } from "./colour.ts";
import type { Scene } from "./scene.ts";
import css from "./seat-map.module.css";
import { type Hooks, type Stage, stage } from "./stage.ts";

type Props = {
  scene: Scene;
  hooks: Hooks;
  /** Called with the stage when it is ready. */
  onStage: (stage: Stage) => void;
  hint?: string | undefined;
};

export const SeatMap = ({ scene, hooks, onStage, hint }: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(hooks);
  latest.current = hooks;
  const { bounds } = scene.model;
  const [standing, setStanding] = useState<Stage>();

  useEffect(() => {
    const element = canvas.current;
    if (!element?.parentElement) return;
    scene.colours = themeColours(element.parentElement);
    const made = stage(element, scene, {
      seat: (seat) => latest.current.seat(seat),
      section: (section) => latest.current.section(section),
      elsewhere: (at) => latest.current.elsewhere(at),
      sight: (sections, near) => latest.current.sight(sections, near),
      cursor: (cursor) => latest.current.cursor(cursor),
    });
    setStanding(made);
    onStage(made);
    return made.stop;
  }, [scene]);

  return (
    <div
      class={css.map}
      style={{ "--aspect": ((bounds.right - bounds.left) / (bounds.bottom - bounds.top)).toFixed(3) }}
    >
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the canvas takes keys as an application does */}
      <canvas ref={canvas} tabIndex={0} role="application" aria-label={w.map.canvas} />
      <div class={css.bar}>
        {hint && <span>{hint}</span>}
        <div class={css.tools}>
          <button type="button" aria-label={w.map.zoomIn} title={w.map.zoomIn} onClick={() => standing?.zoom(1.8)}>
            +
          </button>
          <button
            type="button"
            aria-label={w.map.zoomOut}
            title={w.map.zoomOut}
            onClick={() => standing?.zoom(1 / 1.8)}
          >
            −
          </button>
          <button type="button" aria-label={w.map.whole} title={w.map.whole} onClick={() => standing?.whole()}>
            ⤢
          </button>
        </div>
      </div>
    </div>
  );
};
