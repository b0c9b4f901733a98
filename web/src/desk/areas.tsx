/** General admission, and a price for every category. */
import { d } from "../i18n/desk.ts";
import { minor } from "../i18n/index.ts";
import { Button, Field } from "../ui/index.tsx";
import css from "./desk.module.css";
import { type Area, categories, type Draft, isCurrency } from "./draft.ts";

type Part = { draft: Draft; set: (change: Partial<Draft>) => void };

export const Areas = ({ draft, set }: Part) => {
  const change = (at: number, part: Partial<Area>) =>
    set({ areas: draft.areas.map((area, index) => (index === at ? { ...area, ...part } : area)) });
  const add = () =>
    set({
      areas: [
        ...draft.areas,
        {
          sectionId: `area-${draft.areas.length + 1}`,
          name: "",
          capacity: 500,
          category: categories(draft)[0] ?? "Standing",
        },
      ],
    });
  return (
    <section>
      <h2>{d.new.standing}</h2>
      {draft.areas.map((area, at) => (
        <fieldset class={css.two} key={at}>
          <legend class="hidden">{area.name || `${d.new.standing} ${at + 1}`}</legend>
          <Field
            label={d.new.areaName}
            required
            maxLength={100}
            value={area.name}
            onInput={(event) => change(at, { name: event.currentTarget.value })}
          />
          <Field
            label={d.new.areaId}
            required
            pattern="[A-Za-z0-9._\-]{1,64}"
            value={area.sectionId}
            onInput={(event) => change(at, { sectionId: event.currentTarget.value })}
          />
          <Field
            label={d.new.capacity}
            type="number"
            min={1}
            max={100_000}
            required
            value={Number.isNaN(area.capacity) ? "" : String(area.capacity)}
            onInput={(event) => change(at, { capacity: event.currentTarget.valueAsNumber })}
          />
          <Field
            label={d.new.category}
            required
            maxLength={100}
            value={area.category}
            onInput={(event) => change(at, { category: event.currentTarget.value })}
          />
        </fieldset>
      ))}
      <div>
        <Button look="quiet" onClick={add}>
          {d.new.addStanding}
        </Button>
      </div>
    </section>
  );
};

export const Prices = ({ draft, set }: Part) => {
  const step = isCurrency(draft.currency) ? 10 ** -minor(draft.currency) : 1;
  return (
    <section>
      <h2>{d.new.prices}</h2>
      <p class="note soft">{d.new.pricesHint}</p>
      <div class={css.two}>
        <Field
          label={d.new.currency}
          required
          pattern="[A-Z]{3}"
          maxLength={3}
          value={draft.currency}
          onInput={(event) => set({ currency: event.currentTarget.value.toUpperCase() })}
        />
        {categories(draft).map((name) => (
          <Field
            key={name}
            label={d.new.price(name)}
            type="number"
            min={0}
            step={step}
            required
            value={
              draft.prices[name] === undefined || Number.isNaN(draft.prices[name]) ? "" : String(draft.prices[name])
            }
            onInput={(event) => set({ prices: { ...draft.prices, [name]: event.currentTarget.valueAsNumber } })}
          />
        ))}
      </div>
    </section>
  );
};
