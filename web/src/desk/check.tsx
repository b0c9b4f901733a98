/** A checkbox with a hint. */
import css from "./desk.module.css";

type Props = { title: string; hint: string; checked: boolean; onChange: (checked: boolean) => void };

export const Check = ({ title, hint, checked, onChange }: Props) => (
  <label class={css.check}>
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
    <span>
      <b>{title}</b>
      <br />
      <span class="note soft">{hint}</span>
    </span>
  </label>
);
