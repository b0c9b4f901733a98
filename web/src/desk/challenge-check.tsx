/** Whether a place costs a little work, and what that means. */
import { d } from "../i18n/desk.ts";
import css from "./desk.module.css";

export const ChallengeCheck = ({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) => (
  <label class={css.check}>
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
    <span>
      <b>{d.new.challenge}</b>
      <br />
      <span class="note soft">{d.new.challengeHint}</span>
    </span>
  </label>
);
