/** The same seats as a list, for people who do not use the map. */
import { useEffect, useState } from "preact/hooks";
import type { Event } from "../../../client/shapes.ts";
import { money, w } from "../i18n/index.ts";
import { Select } from "../ui/index.tsx";
import { FREE } from "./scene.ts";
import css from "./seat-list.module.css";
import { type Choice, nameOf, priceOf } from "./use-choice.ts";

type Props = { event: Event; choice: Choice; load: (section: number) => void };

const Seats = ({ event, choice, load }: Props) => {
  const { scene } = choice;
  const [section, setSection] = useState(0);
  const [row, setRow] = useState(0);
  useEffect(() => {
    load(section);
  }, [section]);
  if (!scene) return null;
  const { model } = scene;
  const rows = model.sections[section]?.rows ?? [];
  const at = rows[row] ?? rows[0];
  return (
    <div>
      <p class="note soft">{w.map.listHelp}</p>
      <Select
        label={w.map.section}
        value={String(section)}
        onChange={(change) => {
          setSection(Number(change.currentTarget.value));
          setRow(0);
        }}
      >
        {model.sections.map(({ name, sectionId }, index) => (
          <option key={sectionId} value={String(index)}>
            {scene.left[index] === undefined ? name : w.map.freeIn(scene.left[index], name)}
          </option>
        ))}
      </Select>
      <Select
        label={w.map.row("")}
        value={String(row)}
        onChange={(change) => setRow(Number(change.currentTarget.value))}
      >
        {rows.map(({ label, from }, index) => (
          <option key={from} value={String(index)}>
            {w.map.row(label)}
          </option>
        ))}
      </Select>
      {at && (
        <ul class={css.seats}>
          {Array.from({ length: at.to - at.from }, (_, n) => at.from + n).map((seat) => (
            <li key={seat}>
              <button
                type="button"
                aria-pressed={scene.chosen.has(seat)}
                aria-label={`${nameOf(model, seat)}, ${money(priceOf(event, model, seat), event.currency)}`}
                disabled={scene.states[seat] !== FREE && !scene.chosen.has(seat)}
                onClick={() => choice.toggle(seat)}
              >
                {model.numbers[seat]}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};

/** Its content is made when it is opened: most are never opened, and the map keeps a phone busy. */
export const SeatList = (props: Props) => {
  const [open, setOpen] = useState(false);
  return (
    <details class={css.list} onToggle={(toggled) => setOpen((toggled.currentTarget as HTMLDetailsElement).open)}>
      <summary>{w.map.list}</summary>
      {open && <Seats {...props} />}
    </details>
  );
};
