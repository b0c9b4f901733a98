/** A plan file, dropped or chosen, drawn with its faults. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { d } from "../i18n/desk.ts";
import type { Plan } from "../map/model.ts";
import { read } from "../map/plan.ts";
import { SeatMap } from "../map/seat-map.tsx";
import type { Stage } from "../map/stage.ts";
import { emptyScene } from "../map/use-choice.ts";
import { Button, Notice } from "../ui/index.tsx";
import css from "./new-page.module.css";
import { type Fault, parse, seatOf } from "./plan-faults.ts";

/** More faults than this are not listed one by one. */
const LISTED = 100;
const none = () => {};

const Picture = ({ plan, faults }: { plan: Plan; faults: Fault[] }) => {
  const scene = useMemo(() => emptyScene(read(plan)), [plan]);
  const stage = useRef<Stage>(undefined);
  const { model } = scene;
  useEffect(() => {
    scene.free = model.sections.map(() => 1);
    scene.marked = new Set(faults.flatMap(({ path }) => seatOf(plan, path) ?? []));
    stage.current?.draw();
  }, [scene, faults]);
  const point = (path: string) => {
    const seat = seatOf(plan, path);
    if (seat === undefined) return stage.current?.whole();
    stage.current?.toSeats([seat]);
  };
  return (
    <>
      <div class={css.plan}>
        <SeatMap
          scene={scene}
          onStage={(made) => {
            stage.current = made;
          }}
          hooks={{ seat: none, section: none, elsewhere: none, sight: none, cursor: none }}
        />
      </div>
      <p class="number">{d.new.seats(model.ids.length, model.sections.length)}</p>
      {faults.length === 0 ? (
        <Notice tone="good">{d.new.noFaults}</Notice>
      ) : (
        <div>
          <Notice tone="bad">
            <span>
              <b>{d.new.faults(faults.length)}.</b> {d.new.faultsHint}
            </span>
          </Notice>
          <ul class={css.faults}>
            {faults.slice(0, LISTED).map(({ path, message }) => (
              <li key={path}>
                <button type="button" onClick={() => point(path)}>
                  {message}
                  <code>{path}</code>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
};

export const PlanDrop = ({
  plan,
  faults,
  onPlan,
}: {
  plan: Plan | undefined;
  faults: Fault[];
  onPlan: (plan: Plan | undefined) => void;
}) => {
  const [over, setOver] = useState(false);
  const [wrong, setWrong] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const parsed = parse(await file.text());
    setWrong(!parsed);
    onPlan(parsed);
  };
  if (plan)
    return (
      <>
        <Picture plan={plan} faults={faults} />
        <div>
          <Button look="quiet" onClick={() => onPlan(undefined)}>
            {d.new.remove}
          </Button>
        </div>
      </>
    );
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the file field inside does the same */}
      <div
        class={css.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files[0]);
        }}
      >
        <b>{d.new.drop}</b>
        <label>
          <span class="note soft">{d.new.or} </span>
          <input
            type="file"
            accept=".json,application/json"
            onChange={(event) => take(event.currentTarget.files?.[0])}
          />
        </label>
        <span class="small soft">{d.new.planHint}</span>
      </div>
      {wrong && <Notice tone="bad">{d.new.notJson}</Notice>}
    </>
  );
};
