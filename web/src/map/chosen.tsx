/** The chosen seats, their price, and the button that holds them. */
import type { Event } from "../../../client/shapes.ts";
import { money, w } from "../i18n/index.ts";
import { Button } from "../ui/index.tsx";
import css from "./seats-page.module.css";
import { type Choice, nameOf, priceOf } from "./use-choice.ts";

export const Chosen = ({ event, choice }: { event: Event; choice: Choice }) => {
  const { scene } = choice;
  if (!scene) return null;
  const { model } = scene;
  const seats = [...scene.chosen];
  const total = seats.reduce((sum, seat) => sum + priceOf(event, model, seat), 0);
  return (
    <div class={css.chosen} data-empty={seats.length === 0 || undefined}>
      <div class={css.sum}>
        <span>{w.map.chosen(seats.length)}</span>
        {seats.length > 0 && <span class="number">{money(total, event.currency)}</span>}
      </div>
      {seats.length > 0 && (
        <ul>
          {seats.map((seat) => (
            <li key={seat}>
              <span>{nameOf(model, seat)}</span>
              <b class="number">{money(priceOf(event, model, seat), event.currency)}</b>
              <button type="button" aria-label={w.map.remove(nameOf(model, seat))} onClick={() => choice.toggle(seat)}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      {seats.length > 0 && (
        <Button look="signal" big wide busy={choice.busy} onClick={choice.holdChosen}>
          {choice.busy ? w.map.holding : w.map.hold}
        </Button>
      )}
    </div>
  );
};
