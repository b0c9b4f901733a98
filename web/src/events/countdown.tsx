/** Days, hours, minutes and seconds to an instant of the server's clock. */
import { useEffect } from "preact/hooks";
import { w } from "../i18n/index.ts";
import { useNow } from "../ui/clock.ts";
import css from "./countdown.module.css";

export const Countdown = ({ to, label, onEnd }: { to: number; label: string; onEnd?: () => void }) => {
  const now = useNow(to);
  const over = now >= to;
  useEffect(() => {
    if (over) onEnd?.();
  }, [over]);
  const seconds = Math.max(0, Math.ceil((to - now) / 1000));
  const parts = [
    { value: Math.floor(seconds / 86_400), unit: w.event.day },
    { value: Math.floor(seconds / 3600) % 24, unit: w.event.hour },
    { value: Math.floor(seconds / 60) % 60, unit: w.event.minute },
    { value: seconds % 60, unit: w.event.second },
  ];
  const first = parts.findIndex(({ value }) => value > 0);
  const shown = parts.slice(Math.min(first < 0 ? 2 : first, 2));
  return (
    <div
      class={css.countdown}
      role="timer"
      aria-label={`${label} ${shown.map(({ value, unit }) => `${value} ${unit}`).join(" ")}`}
    >
      {shown.map(({ value, unit }) => (
        <span key={unit} aria-hidden="true">
          <b class="number">{String(value).padStart(2, "0")}</b>
          <small>{unit}</small>
        </span>
      ))}
    </div>
  );
};
