/** Moves the view smoothly to a place, or on after a fling. It jumps if the visitor prefers reduced motion. */
import { between, pan, type Size, type View } from "./view.ts";

type Camera = { view: () => View; size: () => Size; show: (view: View) => void };

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export const motion = ({ view, size, show }: Camera) => {
  let moving = 0;
  const halt = () => cancelAnimationFrame(moving);

  /** Moves there in a third of a second. */
  const travel = (target: View) => {
    halt();
    if (calm()) return show(target);
    const [from, began] = [view(), performance.now()];
    const step = (at: number) => {
      const t = Math.min(1, Math.max(0, (at - began) / 340));
      show(between(from, target, 1 - (1 - t) ** 3, size()));
      if (t < 1) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  };

  /** Continues at this speed, in pixels a ms, and slows down. */
  const glide = (vx: number, vy: number) => {
    halt();
    if (calm() || Math.hypot(vx, vy) < 0.2) return;
    let [x, y, last] = [vx, vy, performance.now()];
    const step = (at: number) => {
      const ms = Math.min(40, at - last);
      last = at;
      show(pan(view(), x * ms, y * ms));
      x *= 0.995 ** ms;
      y *= 0.995 ** ms;
      if (Math.hypot(x, y) > 0.03) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  };

  return { halt, travel, glide };
};
