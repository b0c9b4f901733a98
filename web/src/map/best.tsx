/** "Best available": the buyer chooses quantity and price, and the server chooses the seats. */
import { useState } from "preact/hooks";
import type { Event } from "../../../client/shapes.ts";
import { money, w } from "../i18n/index.ts";
import { Button, Select } from "../ui/index.tsx";
import css from "./best.module.css";

type Pick = { quantity: number; sectionId?: string; category?: string };

export const Best = ({ event, busy, onPick }: { event: Event; busy: boolean; onPick: (pick: Pick) => void }) => {
  const [quantity, setQuantity] = useState(Math.min(2, event.maxSeatsPerOrder));
  const [category, setCategory] = useState("");
  const [sectionId, setSection] = useState("");
  const prices = Object.entries(event.prices).toSorted(([, a], [, b]) => b - a);
  return (
    <section class={css.best} aria-labelledby="best">
      <h2 id="best">{w.map.best}</h2>
      <div class={css.stepper}>
        <span id="how-many">{w.map.quantity}</span>
        <div>
          <button
            type="button"
            aria-label={w.map.fewer}
            disabled={quantity <= 1}
            onClick={() => setQuantity(quantity - 1)}
          >
            −
          </button>
          <output class="number" aria-labelledby="how-many">
            {quantity}
          </output>
          <button
            type="button"
            aria-label={w.map.moreOne}
            disabled={quantity >= event.maxSeatsPerOrder}
            onClick={() => setQuantity(quantity + 1)}
          >
            +
          </button>
        </div>
      </div>
      {prices.length > 1 && (
        <Select label={w.map.category} value={category} onChange={(change) => setCategory(change.currentTarget.value)}>
          <option value="">{w.map.any}</option>
          {prices.map(([name, price]) => (
            <option key={name} value={name}>
              {name} · {money(price, event.currency)}
            </option>
          ))}
        </Select>
      )}
      {event.sections.length > 1 && (
        <Select label={w.map.section} value={sectionId} onChange={(change) => setSection(change.currentTarget.value)}>
          <option value="">{w.map.anywhere}</option>
          {event.sections.map((section) => (
            <option key={section.sectionId} value={section.sectionId}>
              {section.name}
            </option>
          ))}
        </Select>
      )}
      <Button
        wide
        look="quiet"
        busy={busy}
        onClick={() => onPick({ quantity, ...(category && { category }), ...(sectionId && { sectionId }) })}
      >
        {w.map.bestOf(quantity)}
      </Button>
    </section>
  );
};
